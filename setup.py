"""Build the compiled modules; everything else is in pyproject.toml.

MFDECODE_SANITIZE=1 builds them for `make test-sanitized`: Cython's own checks on, AddressSanitizer and UBSan.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

KERNELS = Path("ext/kernels")
SANITIZE = os.environ.get("MFDECODE_SANITIZE") == "1"

# The one place for compiler directives: bounds are checked a batch, in _plan, _decode, _frame, _gather and _rows.
DIRECTIVES = {
    "language_level": 3,
    "boundscheck": SANITIZE,
    "wraparound": False,
    "initializedcheck": SANITIZE,
    "cdivision": True,
    "embedsignature": True,
}
FLAGS = [
    "-std=c11",
    "-D_DEFAULT_SOURCE",
    "-O3",
    "-Wall",
    "-Wextra",
    "-Wno-unused-parameter",
    "-Wno-missing-field-initializers",
]
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-g"]


def extension(name: str, *kernels: str, sources: Sequence[str] = ()) -> Extension:
    """A module of ext/mfdecode or ext/driver, with the kernels that it calls compiled in."""
    path = Path("ext", *name.split("."))
    return Extension(
        name,
        [f"{path}.pyx", *(str(KERNELS / f"{kernel}.c") for kernel in kernels), *sources],
        include_dirs=[str(KERNELS), "ext/driver"],
        depends=[str(path) for path in Path("ext").glob("*/*.h")],
        extra_compile_args=FLAGS + (SANITIZERS if SANITIZE else []),
        extra_link_args=SANITIZERS if SANITIZE else [],
        libraries=["m", "dl"],
    )


setup(
    ext_modules=cythonize(
        [
            extension("mfdecode._plan", "text", "zoned", "packed", "binary", "edited", "floats"),
            extension("mfdecode._decode", "batch"),
            extension("mfdecode._frame", "framing"),
            extension("mfdecode._gather", "gather"),
            extension("driver._rows", "rows"),
            extension("driver._cli", sources=["ext/driver/sqlcli.c"]),
        ],
        include_path=["ext"],
        build_dir="build",
        force=SANITIZE,
        compiler_directives=DIRECTIVES,
    )
)
