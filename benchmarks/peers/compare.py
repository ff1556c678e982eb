"""The same files through the peers and through mfdecode, in turns, and the cells compared.

python benchmarks/peers/compare.py PYTHON    the interpreter of the peers' environment
"""

import csv
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from machine import Machine  # noqa: E402
from markdown import replace_section, table  # noqa: E402
from pydantic import BaseModel  # noqa: E402
from readers import READERS  # noqa: E402
from workloads import BINARY_HEAVY, DISPLAY_HEAVY, PACKED_HEAVY, TWENTY_COLUMNS, ZONED_HEAVY, Workload  # noqa: E402

from driver.output.tables import CsvTable  # noqa: E402
from mfdecode import Decoder  # noqa: E402
from mfdecode.arrow import schema  # noqa: E402
from mfdecode.layout import Encoding, Field  # noqa: E402

RECORDS = 5_000
ROUNDS = 3
WORKLOADS = (DISPLAY_HEAVY, PACKED_HEAVY, ZONED_HEAVY, BINARY_HEAVY, TWENTY_COLUMNS)
PAGE = HERE.parent.parent / "docs" / "performance.md"


class Reading(BaseModel):
    """One way to read one file.

    Attributes:
        reader: a peer, or mfdecode by what it makes of the file.
        megabytes_a_second: the median of the rounds.
        equal: share of the cells that are what mfdecode says they are; None if the peer fails on the file.
    """

    reader: str
    megabytes_a_second: float = 0
    equal: float | None = None


class Comparison(BaseModel):
    """All that was read, by workload."""

    when: datetime
    machine: Machine
    records: int
    readings: dict[str, list[Reading]]

    @property
    def table(self) -> str:
        """In Markdown: how many times faster mfdecode is."""
        rows = []
        for workload, readings in self.readings.items():
            array, text, *peers = readings
            own = [f"{reading.megabytes_a_second:,.0f} MB/s" for reading in (array, text)]
            for peer in peers:
                if peer.equal is None:
                    rows.append([workload, peer.reader, "cannot read it", "", *own, "", ""])
                    continue
                times = [f"{r.megabytes_a_second / peer.megabytes_a_second:,.0f}" for r in (array, text)]
                rows.append(
                    [workload, peer.reader, f"{peer.megabytes_a_second:.2f} MB/s", f"{peer.equal:.1%}", *own, *times]
                )
        heading = ["workload", "peer", "its speed", "cells equal", "mfdecode, array", "CSV", "times, array", "CSV"]
        return table(heading, rows)


def ebcdic_parser_layout(workload: Workload) -> str:
    """Of a record in ebcdic-parser's own notation."""

    def described(field: Field) -> dict[str, object]:
        kind = {Encoding.TEXT: "string", Encoding.PACKED: "packedDecimal", Encoding.ZONED: "zonedDecimal"}
        known = {"name": field.name, "type": kind.get(field.encoding, "integer"), "size": field.length}
        return known | ({"scale": field.scale} if field.scale else {})

    fields = [described(field) for field in workload.layout.fields]
    return json.dumps({"layouts": [{"layouttype": workload.name, "layout": fields}]})


def seconds_of_peer(python: Path, reader: str, copybook: Path, data: Path, folder: Path) -> float | None:
    """None if it fails."""
    command = [python, HERE / "readers.py", reader, copybook, data, folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{reader}, {data.stem}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    return float(json.loads(done.stdout.splitlines()[-1])["seconds"])


def to_array(decoder: Decoder, data: Path) -> None:
    for _ in decoder.open(data):
        pass


def to_csv(decoder: Decoder, data: Path, out: Path) -> None:
    table_schema = schema([(c.column, type_) for c, type_ in zip(decoder.layout.cells, decoder.types, strict=True)])
    with out.open("wb") as file:
        table = CsvTable(file, table_schema)
        for batch in decoder.open(data):
            table.write(batch)
        table.close()


def equal_share(ours: Path, theirs: Path) -> float:
    """Of the cells of all records: those that a peer gives the same text or number."""
    with ours.open(newline="") as one, theirs.open(newline="") as other:
        pairs = zip(islice(csv.reader(one), 1, None), csv.reader(other), strict=True)
        equal = [_equal(mine, their) for row, peer_row in pairs for mine, their in zip(row, peer_row, strict=True)]
    return sum(equal) / len(equal)


def _equal(mine: str, their: str) -> bool:
    if mine.strip() == their.strip():
        return True
    try:
        return Decimal(mine) == Decimal(their)
    except InvalidOperation:
        return False


def compare(python: Path, workload: Workload, folder: Path) -> list[Reading]:
    copybook, data = workload.write(folder, RECORDS)
    # The one notation that all of them know.
    copybook.write_text(workload.copybook.replace(" COMP-3.", " USAGE COMP-3."))
    copybook.with_suffix(".json").write_text(ebcdic_parser_layout(workload))
    decoder, ours, megabytes = Decoder(workload.layout), folder / "ours.csv", data.stat().st_size / 1e6
    took: dict[str, list[float]] = {"mfdecode, array": [], "mfdecode, CSV": []} | {name: [] for name in READERS}
    equal: dict[str, float | None] = {"mfdecode, array": 1.0, "mfdecode, CSV": 1.0}
    for number in range(ROUNDS):
        for name, work in (
            ("mfdecode, array", lambda: to_array(decoder, data)),
            ("mfdecode, CSV", lambda: to_csv(decoder, data, ours)),
        ):
            begin = time.perf_counter()
            work()
            took[name].append(time.perf_counter() - begin)
        for name in READERS:
            own = folder / f"{name}-{number}"
            own.mkdir()
            seconds = seconds_of_peer(python, name, copybook, data, own)
            equal[name] = None if seconds is None else equal_share(ours, own / "values.csv")
            took[name].append(seconds or float("inf"))
    return [
        Reading(reader=name, megabytes_a_second=megabytes / median(each), equal=equal[name])
        for name, each in took.items()
    ]


def main(python: Path) -> None:
    readings: dict[str, list[Reading]] = {}
    for workload in WORKLOADS:
        with TemporaryDirectory() as folder:
            readings[workload.name] = compare(python, workload, Path(folder))
    made = Comparison(
        when=datetime.now(UTC).replace(microsecond=0), machine=Machine.here(), records=RECORDS, readings=readings
    )
    (HERE / "results.json").write_text(made.model_dump_json(indent=2) + "\n")
    print(made.table)
    note = f"{made.when:%Y-%m-%d}, {made.machine.text}; {RECORDS:,} records a file."
    replace_section(PAGE, "peers", f"{note}\n\n{made.table}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
