"""What is rejected, in a file that the reader of the input reads again, whatever the record format."""

import json
import os
import stat
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from driver.batch.reject_file import RejectFiles, RejectSummary, reject_framing, write_rejects
from driver.core.field_places import FixedPlaces
from driver.core.hiding import Hiding
from driver.core.records import KEPT, Reject
from driver.core.reject_codes import BROKEN_RDW
from mfdecode import Copybook, Decoder
from mfdecode.framing import (
    Delimited,
    Endian,
    Framing,
    LineEnd,
    OnBrokenRdw,
    Parts,
    RecordFormat,
    RecordWriter,
    length_by_field,
    open_part,
    whole_file,
)
from mfdecode.record_types import RecordType, RecordTypes

LAYOUT = Copybook.from_text("01 R.\n05 LEN PIC 9(2).\n05 SSN PIC X(4).\n05 T PIC X(2).\n").layout()
RULE = length_by_field(LAYOUT, "LEN")
F, FB, V, VB, VBS, D, U, CSV = RecordFormat
VARYING = [b"08SSSSTT", b"06SSSS", b"09SSSSTTX", b"08\x00\x00\x00\x0dTT"]
VARIED = {
    "rdw_endian": Endian.LITTLE,
    "rdw_inclusive": False,
    "rdw_adjust": 3,
    "bdw_endian": Endian.LITTLE,
    "bdw_inclusive": False,
    "bdw_adjust": -2,
}
AROUND = {"record_start": 2, "record_end": 1, "header_bytes": 5, "trailer_bytes": 3}


@pytest.fixture
def files(tmp_path: Path) -> RejectFiles:
    return RejectFiles(tmp_path / "out" / "rejected")


def hiding(framing: Framing, *, personal: bool = False) -> Hiding:
    format_ = RecordFormat.V if framing.record_format is CSV else framing.record_format
    framing = replace(framing, record_format=format_, delimited=Delimited())
    types = RecordTypes([RecordType("R", Decoder(LAYOUT, codepage="ascii", framing=replace(framing, record_length=8)))])
    hidden = [LAYOUT.field("SSN")] if personal else []
    return Hiding(types, [FixedPlaces(LAYOUT, hidden, ord("*"), packed=True)], ord("*"))


def parts_of(paths: Sequence[Path], framing: Framing) -> Parts:
    opened, before = [], 0
    for number, path in enumerate(paths):
        opened.append(open_part(replace(whole_file(path, framing), number=number, records_before=before), framing))
        before += 1_000
    return Parts(opened)


def records_of(path: Path, framing: Framing) -> list[bytes]:
    with open_part(whole_file(path, framing), framing) as frames:
        return [raw.record(at) for raw in frames for at in range(raw.records)]


def rejected(parts: Parts, files: RejectFiles, framing: Framing, **options: bool) -> RejectSummary:
    """Reject every record of the input."""
    rejects = [
        Reject(
            raw.first_record + at,
            raw.offset(at),
            "T",
            BROKEN_RDW if at in raw.gaps else "ALLOWED",
            "no",
            raw.record(at),
        )
        for frames in parts
        for raw in frames
        for at in range(raw.records)
    ]
    masked = options.get("masked", False)
    hides = hiding(framing, personal=options.get("personal", False))
    return write_rejects(rejects, files, parts, framing, hides, run_id="RUN", masked=masked)


def lines_of(files: RejectFiles) -> list[dict[str, object]]:
    assert files.reasons is not None
    return [json.loads(line) for line in files.reasons.read_text().splitlines()]


@pytest.mark.parametrize(
    ("framing", "records"),
    [
        (Framing(F, 8), [b"08SSSSTT", b"\x00" * 8]),
        (Framing(F, 8, **AROUND), [b"08SSSSTT", b"\x00" * 8]),
        (Framing(FB, 8, block_size=16), [b"08SSSSTT", b"\xff" * 8]),
        (Framing(V, 0), [*VARYING, b""]),
        (Framing(V, 0, **VARIED, **AROUND), VARYING),
        (Framing(VB, 0), [*VARYING, b""]),
        (Framing(VB, 0, block_size=40, **VARIED, **AROUND), VARYING),
        (Framing(VB, 0), [b"a", b"b" * 40_000, b"c" * 27_990, b"d"]),
        (Framing(VBS, 0, block_size=20), VARYING),
        (Framing(VBS, 0, block_size=40, **VARIED, **AROUND), VARYING),
        (Framing(VBS, 0), [b"a", b"b" * 100_000, b"c"]),
        (Framing(D, 0), [b"08SSSSTT", b"", b"x"]),
        (Framing(D, 0, line_end=LineEnd.CRLF, **AROUND), [b"08SSSSTT", b"a\nb", b"\r"]),
        (Framing(D, 0, line_end=LineEnd.LF), [b"08SSSSTT", b"a\r"]),
        (Framing(D, 0, line_end=LineEnd.NEL15), [b"08SSSSTT", b"\x25\x0a\x0d"]),
        (Framing(D, 0, line_end=LineEnd.NEL25), [b"08SSSSTT", b"\x15"]),
        (Framing(U, 0, length_rule=RULE, codepage="ascii"), [b"08SSSSTT", b"06SSSS"]),
        (Framing(U, 0, length_rule=RULE, codepage="ascii", **AROUND), [b"08SSSSTT", b"06SSSS"]),
        (Framing(V, 0, length_rule=RULE, codepage="ascii"), [b"08SSSSTT", b"06SSSS"]),
        (Framing(CSV, 0, codepage="ascii", delimited=Delimited(header=False)), [b"1,2", b'"a\n""b",c', b"", b"1\r"]),
    ],
    ids=lambda value: str(value.record_format) if isinstance(value, Framing) else "",
)
def test_the_records_come_back_in_their_own_format(
    tmp_path: Path, files: RejectFiles, framing: Framing, records: list[bytes]
) -> None:
    path = tmp_path / "input"
    path.write_bytes(written(framing, records))
    with parts_of([path], framing) as parts:
        summary = rejected(parts, files, framing)
    assert (summary.records, summary.missing) == (len(records), 0)
    assert records_of(files.records, reject_framing(framing)) == records
    found = lines_of(files)
    assert [bytes.fromhex(str(line["raw"])) for line in found] == records
    assert {(line["run_id"], line["file"], line["record_file"]) for line in found} == {("RUN", str(path), "whole")}


def written(framing: Framing, records: list[bytes]) -> bytes:
    """The records as a file, by the writer whose files the property tests read."""
    out = BytesIO()
    writer = RecordWriter(out, framing, ebcdic=False)
    for record in records:
        writer.write(np.frombuffer(record, np.uint8)[None, :], np.array([len(record)], np.int64))
    writer.close()
    return out.getvalue()


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\x15", b"\x25"])
def test_lines_have_the_end_that_the_input_was_found_to_have(tmp_path: Path, files: RejectFiles, end: bytes) -> None:
    framing = Framing(D, 0)
    lines = [text.encode("cp037" if end in b"\x15\x25" else "ascii") for text in ("08SSSSTT", "08SSSSUU")]
    path = tmp_path / "input"
    path.write_bytes(b"".join(line + end for line in lines))
    with parts_of([path], framing) as parts:
        rejected(parts, files, framing)
    assert files.records.read_bytes() == b"".join(line + end[-1:] for line in lines)
    assert records_of(files.records, framing) == lines


def test_a_carriage_return_that_a_reader_would_take_for_the_end_is_only_told(
    tmp_path: Path, files: RejectFiles
) -> None:
    framing = Framing(D, 0)
    path = tmp_path / "input"
    path.write_bytes(b"one\r\r\ntwo\r\n")
    with parts_of([path], framing) as parts:
        summary = rejected(parts, files, framing)
    assert (files.records.read_bytes(), summary.missing) == (b"two\n", 1)
    assert [bytes.fromhex(str(line["raw"])) for line in lines_of(files)] == [b"one\r", b"two"]


def test_columns_have_their_heading_and_those_of_another_one_are_only_told(tmp_path: Path, files: RejectFiles) -> None:
    framing = Framing(CSV, 0, codepage="ascii")
    contents = [b"LEN,SSN,T\n1,2,3\n4,5,6\n", b"LEN,SSN,T\n7,8,9\n", b"SSN,LEN,T\n1,2,3\n"]
    paths = [tmp_path / f"{n}.csv" for n in range(3)]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    with parts_of(paths, framing) as parts:
        summary = rejected(parts, files, framing)
    assert files.records.read_bytes() == contents[0] + b"7,8,9\n"
    assert (summary.records, summary.missing) == (4, 1)
    assert [(line["file"], line["record_file"]) for line in lines_of(files)[2:]] == [
        (str(paths[1]), "whole"),
        (str(paths[2]), "nothing"),
    ]


def test_a_line_that_ends_within_quotes_would_take_the_next_with_it(tmp_path: Path, files: RejectFiles) -> None:
    framing = Framing(CSV, 0, codepage="ascii", delimited=Delimited(header=False))
    path = tmp_path / "input"
    path.write_bytes(b'1,2\n3,"4\n')
    with parts_of([path], framing) as parts:
        summary = rejected(parts, files, framing)
    assert (files.records.read_bytes(), summary.missing) == (b"1,2\n", 1)
    assert lines_of(files)[1]["raw"] == b'3,"4\n'.hex().upper()


def test_what_is_no_record_is_only_told(tmp_path: Path, files: RejectFiles) -> None:
    framing = Framing(V, 0, on_broken_rdw=OnBrokenRdw.RESYNC)
    good = b"\x00\x0c\x00\x0008SSSSTT"
    path = tmp_path / "input"
    path.write_bytes(good * 9 + b"\xff\xfe\xfd" + good * 9)
    with parts_of([path], framing) as parts:
        summary = rejected(parts, files, framing)
    assert files.records.read_bytes() == good * 18
    assert (summary.records, summary.missing) == (19, 1)
    assert [line["raw"] for line in lines_of(files) if line["record_file"] == "nothing"] == ["FFFEFD"]


@pytest.mark.parametrize("masked", [False, True])
def test_personal_data_are_in_the_record_file_at_most(tmp_path: Path, files: RejectFiles, masked: bool) -> None:
    framing = Framing(F, 8)
    path = tmp_path / "input"
    path.write_bytes(b"08SSSSTT" * 2)
    with parts_of([path], framing) as parts:
        summary = rejected(parts, files, framing, personal=True, masked=masked)
    assert files.records.read_bytes() == (b"08****TT" if masked else b"08SSSSTT") * 2
    assert {(line["raw"], line["record_file"]) for line in lines_of(files)} == {
        (b"08****TT".hex().upper(), "masked" if masked else "whole")
    }
    assert [sample.value for sample in summary.reasons[0].samples] == [b"TT".hex().upper()] * 2


def test_only_their_owner_reads_the_files(tmp_path: Path, files: RejectFiles) -> None:
    files.records.parent.mkdir()
    for path in (files.records, files.reasons):
        assert path is not None
        path.write_bytes(b"of an earlier run")
        path.chmod(0o644)
    (tmp_path / "input").write_bytes(b"08SSSSTT")
    umask = os.umask(0)
    try:
        with parts_of([tmp_path / "input"], Framing(F, 8)) as parts:
            rejected(parts, files, Framing(F, 8))
    finally:
        os.umask(umask)
    assert [stat.S_IMODE(path.stat().st_mode) for path in files.records.parent.iterdir()] == [0o600, 0o600]
    assert files.records.read_bytes() == b"08SSSSTT"


def test_a_failure_leaves_the_files_of_an_earlier_run(tmp_path: Path, files: RejectFiles) -> None:
    files.records.parent.mkdir()
    files.records.write_bytes(b"of an earlier run")
    (tmp_path / "input").write_bytes(b"08SSSSTT")

    def failing():
        yield Reject(0, 0, "T", "ALLOWED", "no", b"08SSSSTT")
        raise ConnectionError

    framing = Framing(F, 8)
    with parts_of([tmp_path / "input"], framing) as parts, pytest.raises(ConnectionError):
        write_rejects(failing(), files, parts, framing, hiding(framing), run_id="RUN", masked=False)
    assert [path.read_bytes() for path in files.records.parent.iterdir()] == [b"of an earlier run"]


def test_reasons_are_counted_with_the_first_three_records_of_each(tmp_path: Path, files: RejectFiles) -> None:
    framing = Framing(F, 8)
    (tmp_path / "input").write_bytes(b"08SSSSTT" * 5)
    rejects = [Reject(n, 8 * n, "T", "ALLOWED", "no", b"08SSSST%d" % n) for n in range(5)]
    rejects.insert(0, Reject(0, 0, "LEN", KEPT, "kept", b"08SSSST0"))
    rejects.append(Reject(5, 40, "LEN", KEPT, "kept", b"08SSSST5"))
    with parts_of([tmp_path / "input"], framing) as parts:
        summary = write_rejects(rejects, files, parts, framing, hiding(framing), run_id="RUN", masked=False)
    assert [(reason.field, reason.code, reason.findings) for reason in summary.reasons] == [
        ("T", "ALLOWED", 5),
        ("LEN", KEPT, 2),
    ]
    values = [(sample.record, sample.offset, bytes.fromhex(sample.value)) for sample in summary.reasons[0].samples]
    assert values == [(n, 8 * n, b"T%d" % n) for n in range(3)]
    assert summary.records == 5
    assert [line["code"] for line in lines_of(files)] == ["ALLOWED"] * 5  # what is kept is loaded


def test_a_device_has_no_reasons_beside_it() -> None:
    assert RejectFiles(Path("/dev/null")).reasons is None
