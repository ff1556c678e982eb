"""Several readers load what one reader loads: the same rows, the same numbers, the same rejects."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest

from driver.batch.exit_codes import ExitCode
from driver.batch.report import RunReport
from mfdecode.errors import FramingError, MfdecodeError
from mfdecode.framing import Framing, RecordFormat, SparseIndex, index

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Workplace

RECORDS = 997
FORMATS = ["F", "V"]


@pytest.fixture(autouse=True)
def fine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index with an entry every five records, as only large files have it."""
    monkeypatch.setattr(index, "_BATCH", 5)
    monkeypatch.setattr(index, "_FINEST", 1)


def records(workplace: Workplace, record_format: str) -> list[bytes]:
    """Payments whose keys repeat, some to be rejected; those of format V with RDWs, and not all of one length."""
    made = [workplace.payment(n % 701, cents=n, state="X" if n % 53 == 0 else "A") for n in range(RECORDS)]
    if record_format == "F":
        return made
    made[17], made[600] = made[17][:18], made[600] + b"\x40\x40"
    return [(len(record) + 4).to_bytes(2, "big") + b"\0\0" + record for record in made]


def write_pieces(workplace: Workplace, pieces: Iterable[list[bytes]]) -> list[Path]:
    paths = []
    for number, piece in enumerate(pieces):
        paths.append(workplace.path / f"piece{number:02d}.dat")
        paths[-1].write_bytes(b"".join(piece))
    return paths


def run(workplace: Workplace, name: str, record_format: str, **multi: object) -> RunReport:
    """Run the job into tables of its own; with several readers if any of their settings is given."""
    workplace.job["input"]["record_format"] = record_format
    workplace.job["pipeline"] |= {"reading_mode": "multi" if multi else "single", "multi_reader": multi}
    workplace.job["target"] |= {"staging": f"STG_{name}", "final": f"FIN_{name}", "keep_staged": True}
    return workplace.run()


def loaded(workplace: Workplace, name: str) -> list[Any]:
    """Final table, staged records and rejects of the last run, and the reject file."""
    run_id = f"RUN{workplace.runs}"
    return [
        workplace.query(f"SELECT * EXCLUDE (RUN_ID, LOADED_AT) FROM FIN_{name} ORDER BY ALL"),
        workplace.query(
            f"SELECT * EXCLUDE (RUN_ID, WORKER_ID, PART, BATCH_NO, LOADED_AT) FROM STG_{name} "
            f"WHERE RUN_ID = '{run_id}' ORDER BY RECORD_NO"
        ),
        workplace.query(
            f"SELECT RECORD_NO, FIELD, CODE, MESSAGE, RAW FROM MF_REJECT WHERE RUN_ID = '{run_id}' ORDER BY ALL"
        ),
        workplace.rejects,
    ]


@pytest.fixture(params=FORMATS)
def record_format(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def single(workplace: Workplace, record_format: str) -> list[Any]:
    """What one reader loads."""
    workplace.write(records(workplace, record_format))
    report = run(workplace, "SINGLE", record_format)
    assert report.exit_code is ExitCode.REJECTS
    assert report.merge is not None
    assert report.merge.superseded > 200
    assert len(report.parts) == 1
    return loaded(workplace, "SINGLE")


@pytest.mark.parametrize("readers", [2, 3, 7])
def test_ranges_of_the_file(workplace: Workplace, record_format: str, single: list[Any], readers: int) -> None:
    report = run(workplace, "RANGES", record_format, num_readers=readers)
    assert report.exit_code is ExitCode.REJECTS
    assert loaded(workplace, "RANGES") == single
    assert [part.file for part in report.parts] == [str(workplace.input)] * readers
    assert [part.start for part in report.parts[1:]] == [part.end for part in report.parts[:-1]]
    assert sum(part.read for part in report.parts) == RECORDS
    assert all(identity.holds for identity in report.identities)
    offsets = workplace.query("SELECT RUN_ID, RECORD_NO, BYTE_OFFSET, FILE FROM MF_REJECT ORDER BY ALL")
    one, several = ([row[1:] for row in offsets if row[0] == run_id] for run_id in ("RUN1", "RUN2"))
    assert one == several


def test_files_by_a_pattern(workplace: Workplace, record_format: str, single: list[Any]) -> None:
    made = records(workplace, record_format)
    paths = write_pieces(workplace, [made[:100], [], made[100:103], made[103:900], made[900:]])
    workplace.input.unlink()
    pattern = str(workplace.path / "piece*.dat")
    report = run(workplace, "FILES", record_format, input_pattern=pattern, num_readers=3)
    assert report.exit_code is ExitCode.REJECTS
    assert loaded(workplace, "FILES") == single
    assert report.file == pattern
    assert [(part.file, part.read) for part in report.parts] == [
        (str(path), count) for path, count in zip(paths, (100, 0, 3, 797, 97), strict=True)
    ]
    assert report.file_size == sum(len(record) for record in made)
    rejected = workplace.query("SELECT DISTINCT FILE FROM MF_REJECT WHERE RUN_ID = 'RUN2' ORDER BY 1")
    assert rejected == [(str(paths[n]),) for n in (0, 3, 4)]
    assert workplace.query("SELECT FILE FROM MF_RUN WHERE RUN_ID = 'RUN2'") == [(pattern,)]


def test_a_pattern_stands_for_the_path(workplace: Workplace) -> None:
    write_pieces(workplace, [records(workplace, "F")])
    del workplace.job["input"]["path"]
    report = run(workplace, "FILES", "F", input_pattern=str(workplace.path / "piece*.dat"))
    assert report.counts is not None
    assert report.counts.read == RECORDS


def test_a_file_that_is_split_first(workplace: Workplace, record_format: str, single: list[Any]) -> None:
    folder = workplace.path / "pieces"
    split = {"split_before_processing": True, "split_output_dir": str(folder), "num_readers": 2}
    for size in (4_000, 6_000):
        report = run(workplace, f"SPLIT{size}", record_format, **split, chunk_size_gb=size / 1024**3)
        assert report.exit_code is ExitCode.REJECTS
        assert loaded(workplace, f"SPLIT{size}") == single
        pieces = [str(folder / f"payments.part000{n}.dat") for n in range(len(report.parts))]
        assert [part.file for part in report.parts] == pieces
        assert sorted(map(str, folder.glob("[!.]*"))) == pieces
        assert all(part.end <= size for part in report.parts)
    assert len(report.parts) == (4 if record_format == "F" else 5)


def test_the_cuts_do_not_depend_on_the_threads(workplace: Workplace, record_format: str) -> None:
    workplace.write(records(workplace, record_format))
    ledgers = []
    for processors, writers in ((1, 1), (4, 3)):
        workplace.job["pipeline"] |= {"processors": processors, "writers": writers}
        run(workplace, f"P{processors}", record_format, num_readers=3)
        ledgers.append(
            workplace.query(
                "SELECT PART, BATCH_NO, FIRST_RECORD, RECORDS, VALID, START_BYTE, END_BYTE FROM MF_LEDGER "
                f"WHERE RUN_ID = 'RUN{workplace.runs}' ORDER BY ALL"
            )
        )
    assert ledgers[0] == ledgers[1]
    assert {row[0] for row in ledgers[0]} == {0, 1, 2}
    for part in range(3):
        assert [row[1] for row in ledgers[0] if row[0] == part] == list(range(sum(r[0] == part for r in ledgers[0])))


def test_a_stale_index_is_noticed(workplace: Workplace) -> None:
    made = records(workplace, "V")
    workplace.write(made)
    framing = Framing(RecordFormat.V, 22)
    run(workplace, "A", "V", num_readers=3)
    assert SparseIndex.load(workplace.input, framing) is not None
    workplace.write(made[1:])
    assert SparseIndex.load(workplace.input, framing) is None
    report = run(workplace, "B", "V", num_readers=3)
    assert report.counts is not None
    assert report.counts.read == RECORDS - 1


def test_a_part_that_is_cut_short_is_told_before_anything_is_loaded(workplace: Workplace, record_format: str) -> None:
    made = records(workplace, record_format)
    paths = write_pieces(workplace, [made[:10], made[20:30], made[40:50]])
    before = sum(map(len, made[20:29]))
    os.truncate(paths[1], before + 6)
    with pytest.raises(FramingError, match=rf"piece01\.dat: record 9 at byte {before}: the file ends 6 bytes into"):
        run(workplace, "CUT", record_format, input_pattern=str(workplace.path / "piece*.dat"))
    assert not workplace.database.exists()


@pytest.mark.parametrize(
    ("multi", "says"),
    [
        ({"input_pattern": "nowhere/*.dat"}, r"nowhere/\*\.dat: no file matches the pattern"),
        ({"num_readers": 2}, r"payments\.dat: the file cannot be read: No such file"),
    ],
)
def test_an_input_that_is_not_there_is_named(workplace: Workplace, multi: dict[str, object], says: str) -> None:
    with pytest.raises(MfdecodeError, match=says):
        run(workplace, "NONE", "F", **multi)


def test_an_empty_file_is_refused_by_several_readers_too(workplace: Workplace, record_format: str) -> None:
    workplace.write([])
    with pytest.raises(MfdecodeError, match=r"payments\.dat: the file is empty"):
        run(workplace, "EMPTY", record_format, num_readers=3)
