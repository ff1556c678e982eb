"""``python -m driver``."""

from driver.cli import main

main()
