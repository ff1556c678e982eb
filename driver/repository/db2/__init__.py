"""Db2 by IBM's own driver: batches exactly once, whatever the network and the server do."""

import os

# Read when the driver is loaded, which the modules of this package do; without it texts go in the locale's code page.
os.environ.setdefault("DB2CODEPAGE", "1208")
