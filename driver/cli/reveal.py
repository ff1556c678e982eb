"""``reveal``: what ``pii: encrypt`` has hidden, read again by who has the key."""

import sys

import typer

from driver.core.keyed_masking import Encrypted

from .config import Environment, JobFile, Overrides, load


def reveal(job_file: JobFile, env: Environment = None, set_: Overrides = None) -> None:
    """Read encrypted values from standard input, one a line, and print what they were; the job has the key."""
    cipher = Encrypted(load(job_file, env, set_).job.secrets.get("pii_key", ""))
    for line in sys.stdin:
        typer.echo(cipher.reveal(line.strip()))
