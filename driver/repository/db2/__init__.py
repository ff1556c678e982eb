"""Db2 by IBM's own driver: batches exactly once, whatever the network and the server do."""

import os
from importlib.util import find_spec
from pathlib import Path


def _prepare_driver() -> None:
    """Settings that IBM's driver reads from the environment when it is loaded, which this package's modules do."""
    # Without it texts are bound in the code page of the locale.
    os.environ.setdefault("DB2CODEPAGE", "1208")
    spec = find_spec("ibm_db")
    if spec is not None and spec.origin is not None:
        own = Path(spec.origin).parent / "clidriver" / "cfg" / "db2dsdriver.cfg"
        if not own.exists():
            os.environ.setdefault("DB2DSDRIVER_CFG_PATH", str(Path(__file__).parent))


_prepare_driver()
