"""Where the time goes in each whole workload, by perf, from when the command begins: imports are not in it."""

import os
import re
import signal
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from jobs import DISCARD, duckdb_target, write_job
from machine import Machine
from markdown import replace_section, table
from report import ROOT
from workloads import DISPLAY_HEAVY, TWENTY_COLUMNS

from driver.cli import app

MODULES, SYMBOLS = 6, 8


def profile(arguments: list[str], recorded: Path) -> None:
    """Run a command of the driver under perf, which says when it has begun."""
    control, answer = recorded.with_suffix(".control"), recorded.with_suffix(".answer")
    os.mkfifo(control)
    os.mkfifo(answer)
    command = ["perf", "record", "-q", "-F", "499", "-o", str(recorded), "-p", str(os.getpid())]
    perf = subprocess.Popen([*command, "-D", "-1", f"--control=fifo:{control},{answer}"])
    with control.open("w", buffering=1) as said, answer.open("rb") as heard:
        said.write("enable\n")
        heard.readline()
        app(arguments, standalone_mode=False)
        perf.send_signal(signal.SIGINT)
        perf.wait()


def shares(recorded: Path, by: str, most: int) -> list[str]:
    """The largest shares of the samples, by perf's own keys."""
    command = ["perf", "report", "-i", str(recorded), "--no-children", "--percent-limit", "0.5", "--sort", by]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    found = [line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#")]
    return [f"{float(share.rstrip('%')):.0f} % `{_short(name)}`" for share, name in found[:most]]


def _short(name: str) -> str:
    """A symbol without perf's marks and the parts of its C++ type, or a module without its version."""
    name = re.sub(r"^\[[.k]\] |\(anonymous namespace\)::", "", name)
    name = re.sub(r"[ <(].*", "", name)
    return name.split("::")[-1] if "::" in name else re.sub(r"\.(cpython|so).*|\.kallsyms\]|^\[", "", name)


def main() -> None:
    rows = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        discarded = write_job(folder, DISPLAY_HEAVY, 2_000_000, DISCARD)
        loaded = write_job(folder, TWENTY_COLUMNS, 300_000, duckdb_target(folder))
        copybook, data = folder / "twenty-columns.cpy", folder / "twenty-columns.dat"
        decode = ["decode", data, "--copybook", copybook, "--format", "parquet", "--out", folder / "out.parquet"]
        for title, arguments in (
            ("DISPLAY-heavy → discard", ["run", discarded, "--quiet"]),
            ("twenty columns → Parquet", decode),
            ("twenty columns → DuckDB", ["run", loaded, "--quiet", "--force"]),
        ):
            recorded = folder / f"{len(rows)}.perf"
            profile([str(argument) for argument in arguments], recorded)
            modules, symbols = shares(recorded, "dso", MODULES), shares(recorded, "symbol", SYMBOLS)
            rows.append([title, "<br>".join(modules), "<br>".join(symbols)])
    made = table(["workload", "modules", "functions"], rows)
    print(made)
    now = f"{datetime.now(UTC):%Y-%m-%d}, {Machine.here().text}."
    replace_section(ROOT / "docs" / "performance.md", "profiles", f"{now}\n\n{made}")


if __name__ == "__main__":
    main()
