"""The peers, each as its own documentation uses it; run in their environment, which has nothing of ours.

python readers.py PEER COPYBOOK FILE FOLDER    reads the file once, writes FOLDER/values.csv, prints the seconds
"""

import csv
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

Rows = Iterable[Iterable[object]]
Reader = Callable[[Path, Path, Path], Callable[[], Rows]]
"""Of a copybook, a file and a folder; what it gives is timed, and gives the rows, which are written after that."""


def coboljsonifier(copybook: Path, data: Path, folder: Path) -> Callable[[], Rows]:
    from coboljsonifier.config.parser_type_enum import ParseType
    from coboljsonifier.copybookextractor import CopybookExtractor
    from coboljsonifier.parser import Parser

    parser = Parser(CopybookExtractor(copybook).dict_book_structure, ParseType.BINARY_EBCDIC).build()

    def read() -> Rows:
        rows = []
        with data.open("rb") as file:
            while record := file.read(parser.size):
                parser.parse(record)
                rows.append(parser.value.values())
        return rows

    return read


def cobolio(copybook: Path, data: Path, folder: Path) -> Callable[[], Rows]:
    import cobolio

    length, layout = cobolio.copybook_to_layout(copybook.read_text())

    def read() -> Rows:
        rows = []
        with data.open("rb") as file:
            while record := file.read(length):
                rows.append(cobolio.loads(record, layout).values())
        return rows

    return read


def ebcdic_parser(copybook: Path, data: Path, folder: Path) -> Callable[[], Rows]:
    from ebcdic_parser.convert import run

    # It reads no copybooks; compare.py has written its own kind of layout beside ours.
    layout = copybook.with_suffix(".json")

    def read() -> Rows:
        out = sys.stdout
        try:
            code = run(str(data), str(folder), str(layout), logfolder=str(folder), verbose=False)
        finally:
            sys.stdout = out
        if code:
            raise RuntimeError(f"ebcdic_parser left with {code}")
        (made,) = folder.glob("*_type_*.txt")
        return (line.split("\t")[:-1] for line in made.read_text().splitlines())

    return read


def pycobol2csv(copybook: Path, data: Path, folder: Path) -> Callable[[], Rows]:
    from pycobol2csv.convert import convert_cobol_file

    config = folder / "config.json"
    quoting = {"delimiter": ",", "quoting_level": csv.QUOTE_ALL, "quote_char": '"'}
    config.write_text(json.dumps({"csv_config": quoting}))

    def read() -> Rows:
        made = folder / "made.csv"
        convert_cobol_file(copybook, data, made, config, "cp037")
        with made.open(newline="") as file:
            return list(csv.reader(file))[1:]

    return read


READERS: dict[str, Reader] = {
    reader.__name__: reader for reader in (coboljsonifier, cobolio, ebcdic_parser, pycobol2csv)
}


def main(name: str, copybook: Path, data: Path, folder: Path) -> None:
    read = READERS[name](copybook, data, folder)
    begin = time.perf_counter()
    rows = read()
    seconds = time.perf_counter() - begin
    with (folder / "values.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    name, *paths = sys.argv[1:]
    main(name, *map(Path, paths))
