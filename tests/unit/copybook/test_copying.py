"""The COPY statement."""

from pathlib import Path

import pytest

from mfdecode.copybook.book import Copybook
from mfdecode.errors import CopybookError


def _book(folder: Path, **files: str) -> Copybook:
    for name, text in files.items():
        (folder / f"{name}.cpy").write_text(text)
    return Copybook.from_file(folder / "main.cpy")


def _names(book: Copybook) -> list[str]:
    return [child.name for child in book.records[0].children]


def test_copies_into_a_group_between_fields(tmp_path: Path) -> None:
    book = _book(
        tmp_path,
        main="01 R.\n 05 A PIC X.\n COPY INNER SUPPRESS.\n 05 Z PIC X.\n",
        inner=" 05 B PIC X.\n 05 C PIC X.\n",
    )
    assert _names(book) == ["A", "B", "C", "Z"]


@pytest.mark.parametrize(
    ("replacing", "text", "names"),
    [
        ("==:TAG:== BY ==CUST==", "05 :TAG:-ID PIC X.", ["CUST-ID"]),
        ("==10== BY ==05==", "10 A PIC X.", ["A"]),
        ("LEADING ==OLD== BY ==NEW==", "05 OLD-ID PIC X.", ["NEW-ID"]),
        ("TRAILING ==-IN== BY ==-OUT==", "05 ID-IN PIC X.", ["ID-OUT"]),
        ("A BY B", "05 A PIC X. 05 A-A PIC X.", ["B", "A-A"]),
    ],
)
def test_replaces(tmp_path: Path, replacing: str, text: str, names: list[str]) -> None:
    assert _names(_book(tmp_path, main=f"01 R.\n COPY INNER REPLACING {replacing}.\n", inner=f" {text}\n")) == names


def test_a_library_is_a_subfolder_of_the_search_path(tmp_path: Path) -> None:
    (tmp_path / "path" / "Lib").mkdir(parents=True)
    (tmp_path / "path" / "Lib" / "INNER.CBL").write_text(" 05 B PIC X.\n")
    (tmp_path / "main.cpy").write_text("01 R.\n COPY INNER OF LIB.\n")
    assert _names(Copybook.from_file(tmp_path / "main.cpy", copy_path=[tmp_path / "path"])) == ["B"]


def test_a_cycle_is_refused_with_its_chain(tmp_path: Path) -> None:
    with pytest.raises(CopybookError, match=r"main\.cpy copies .*inner\.cpy copies .*main\.cpy"):
        _book(tmp_path, main="01 R.\n COPY INNER.\n", inner=" COPY MAIN.\n")


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CopybookError, match=r"COPY GONE: there is none.*looked in"):
        _book(tmp_path, main="01 R.\n COPY GONE.\n")


def test_errors_name_the_copied_file(tmp_path: Path) -> None:
    with pytest.raises(CopybookError) as caught:
        _book(tmp_path, main="01 R.\n COPY INNER.\n", inner=" 05 A PIC X.\n 05 B PIC Q.\n")
    assert (Path(caught.value.source).name, caught.value.line) == ("inner.cpy", 2)


def test_files_are_the_copybook_and_each_copied_one_once(tmp_path: Path) -> None:
    book = _book(tmp_path, main="01 R.\n COPY INNER.\n COPY INNER REPLACING A BY B.\n", inner=" 05 A PIC X.\n")
    assert [path.name for path in book.source.files] == ["main.cpy", "inner.cpy"]
