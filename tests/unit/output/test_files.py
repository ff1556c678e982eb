"""Files that replace others, whole or not at all."""

import os
import re
from contextlib import suppress
from pathlib import Path

import pytest

from driver.output.files import OutputError, check_writable, named, refuse_overwriting, replacing


def test_a_file_takes_its_place_when_it_is_whole(tmp_path):
    path = tmp_path / "new" / "out"
    with replacing(path) as file:
        file.write(b"one")
        assert not path.exists()
    assert path.read_bytes() == b"one"
    path.chmod(0o600)
    with replacing(path) as file:
        file.write(b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(path.parent) == ["out"]


def test_what_was_there_stays_when_it_fails(tmp_path):
    path = tmp_path / "out"
    path.write_bytes(b"old")
    with suppress(KeyboardInterrupt), replacing(path) as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out"]


def test_a_link_stays_one(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with replacing(tmp_path / "link") as file:
        file.write(b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"x"


def test_a_device_is_written_as_it_is():
    with replacing(Path("/dev/null")) as file:
        file.write(b"x")
    assert not Path("/dev/null").is_file()
    with pytest.raises(OSError, match="No space left on device: '/dev/full'"), replacing(Path("/dev/full")) as file:
        file.write(b"x")


def test_a_folder_that_cannot_be_made_is_told_by_the_name_that_was_given(tmp_path):
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "out"
    with pytest.raises(OSError, match=re.escape(f"'{path}'")), replacing(path):
        pass


def test_an_error_gets_a_name_only_if_it_has_none():
    for given, wanted in (((28, "full"), "here"), ((2, "none", "there"), "there")):
        with pytest.raises(OSError, match=r"full|none") as error, named(Path("here")):
            raise OSError(*given)
        assert error.value.filename == wanted


def test_a_file_is_recognised_by_any_path(tmp_path):
    (tmp_path / "in").touch()
    (tmp_path / "link").symlink_to("in")
    os.link(tmp_path / "in", tmp_path / "twin")
    for name in ("in", "link", "twin", "../" + tmp_path.name + "/in"):
        with pytest.raises(OutputError, match=r"--out .* is the input, which would be lost"):
            refuse_overwriting("--out", tmp_path / name, [("the input", tmp_path / "in")])
    with pytest.raises(OutputError):
        refuse_overwriting("--out", tmp_path / "a" / ".." / "new", [("the report", tmp_path / "new")])
    refuse_overwriting("--out", tmp_path / "other", [("the input", tmp_path / "in")])
    refuse_overwriting("--out", Path("/dev/null"), [("the report", Path("/dev/null"))])


def test_what_cannot_be_written_is_told_before(tmp_path):
    (tmp_path / "file").touch()
    for path, reason in ((tmp_path, "it is a folder"), (tmp_path / "file" / "out", "File exists|Not a directory")):
        with pytest.raises(OutputError, match=f"--report .* cannot be written: ({reason})"):
            check_writable("--report", path)
    check_writable("--report", tmp_path / "file")
    check_writable("--report", Path("/dev/null"))
    assert os.listdir(tmp_path) == ["file"]


def test_a_private_file_is_its_owner_s_alone_from_the_first_byte_on(tmp_path):
    path = tmp_path / "out"
    path.touch(0o644)
    umask = os.umask(0)
    try:
        with replacing(path, private=True):
            assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir() if file != path} == {0o600}
    finally:
        os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o600
