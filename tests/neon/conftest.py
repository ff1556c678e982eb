"""The kernels for aarch64, compiled and run wherever the tests run."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

COMPILER, EMULATOR = "aarch64-linux-gnu-gcc", "qemu-aarch64"
REPOSITORY = Path(__file__).parents[2]
KERNELS = REPOSITORY / "ext/kernels"
LEVELLED = [
    KERNELS / f"{name}.c"
    for name in ("kernels", "text", "double_byte", "zoned", "packed", "binary", "edited", "floats")
]
FLAGS = [
    "-std=c11",
    "-D_DEFAULT_SOURCE",
    "-O3",
    "-Wall",
    "-Wextra",
    "-Werror",
    f"-I{KERNELS}",
    f"-I{REPOSITORY / 'tests'}",
]
LEVELS = {"baseline": [], "neon": ["-DMF_WITH_NEON"]}


@pytest.fixture(scope="session")
def harness(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that runs harness.c, which reads a plan and records and writes rows and statuses."""
    if missing := [tool for tool in (COMPILER, EMULATOR) if shutil.which(tool) is None]:
        packages = "gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"
        why = f"{' and '.join(missing)} not installed: apt-get install {packages}"
        if os.environ.get("MFDECODE_REQUIRE_NEON") == "1":
            pytest.fail(f"the NEON kernels must be tested here: {why}")
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("neon")
    objects = []
    for level, flags in LEVELS.items():
        for source in LEVELLED:
            objects.append(str(folder / f"{source.stem}-{level}.o"))
            compile_one(*flags, f"-DMF_LEVEL={level}", "-c", str(source), "-o", objects[-1])
    sources = [Path(__file__).with_name("harness.c"), *(KERNELS / f"{name}.c" for name in ("batch", "odo", "levels"))]
    compile_one("-static", *map(str, sources), *objects, "-lm", "-o", str(folder / "harness"))
    return [EMULATOR, str(folder / "harness")]


def compile_one(*arguments: str) -> None:
    subprocess.run([COMPILER, *FLAGS, *arguments], check=True)
