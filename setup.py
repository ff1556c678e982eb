"""Build the compiled modules; everything else is in pyproject.toml.

MFDECODE_SANITIZE=1 builds them for `make test-sanitized`: Cython's own checks on, AddressSanitizer and UBSan.
"""

import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

KERNELS = Path("ext/kernels")
SANITIZE = os.environ.get("MFDECODE_SANITIZE") == "1"

# The one place for compiler directives: bounds are checked a batch, in _plan, _decode, _frame and _gather.
DIRECTIVES = {
    "language_level": 3,
    "boundscheck": SANITIZE,
    "wraparound": False,
    "initializedcheck": SANITIZE,
    "cdivision": True,
    "embedsignature": True,
}
FLAGS = ["-std=c11", "-O3", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-missing-field-initializers"]
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-g"]


def extension(name: str, *kernels: str) -> Extension:
    """A module of ext/mfdecode with the kernels that it calls compiled in."""
    return Extension(
        f"mfdecode.{name}",
        [f"ext/mfdecode/{name}.pyx", *(str(KERNELS / f"{kernel}.c") for kernel in kernels)],
        include_dirs=[str(KERNELS)],
        depends=[str(path) for path in KERNELS.glob("*.h")],
        extra_compile_args=FLAGS + (SANITIZERS if SANITIZE else []),
        extra_link_args=SANITIZERS if SANITIZE else [],
        libraries=["m"],
    )


setup(
    ext_modules=cythonize(
        [
            extension("_plan", "text", "zoned", "packed", "binary", "edited", "floats"),
            extension("_decode", "batch"),
            extension("_frame", "framing"),
            extension("_gather", "gather"),
        ],
        include_path=["ext"],
        build_dir="build",
        force=SANITIZE,
        compiler_directives=DIRECTIVES,
    )
)
