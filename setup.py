"""Build the compiled modules; everything else is in pyproject.toml."""

from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

KERNELS = Path("ext/kernels")

# The one place for compiler directives: the kernels check bounds a batch, so cells need no check of their own.
DIRECTIVES = {
    "language_level": 3,
    "boundscheck": False,
    "wraparound": False,
    "initializedcheck": False,
    "cdivision": True,
    "embedsignature": True,
}
FLAGS = ["-std=c11", "-O3", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-missing-field-initializers"]


def extension(name: str, *kernels: str) -> Extension:
    """A module of ext/mfdecode with the kernels that it calls compiled in."""
    return Extension(
        f"mfdecode.{name}",
        [f"ext/mfdecode/{name}.pyx", *(str(KERNELS / f"{kernel}.c") for kernel in kernels)],
        include_dirs=[str(KERNELS)],
        depends=[str(path) for path in KERNELS.glob("*.h")],
        extra_compile_args=FLAGS,
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
        compiler_directives=DIRECTIVES,
    )
)
