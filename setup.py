"""Build the compiled modules; everything else is in pyproject.toml.

MFDECODE_SANITIZE=1 builds them for `make test-sanitized`: Cython's own checks on, AddressSanitizer and UBSan.
"""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

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
# The SIMD levels of this architecture, and what the compiler may use in each; ext/kernels/levels.c asks for the same.
AVX2 = ["-mavx2", "-mbmi", "-mbmi2"]
LEVELS = {
    "x86_64": {
        "baseline": [],
        "avx2": AVX2,
        "avx512": [*AVX2, "-mavx512f", "-mavx512bw", "-mavx512vl", "-mavx512vbmi"],
    },
    "aarch64": {"baseline": [], "neon": ["-DMF_WITH_NEON"]},
}.get(platform.machine(), {"baseline": []})
LEVELLED = [
    str(KERNELS / f"{name}.c")
    for name in ("kernels", "text", "double_byte", "zoned", "packed", "binary", "edited", "floats")
]
SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-g"]
if SANITIZE:
    FLAGS += SANITIZERS


class BuildLevels(build_ext):
    """Compiles the kernels once a SIMD level, into the module that holds their tables."""

    def build_extension(self, ext: Extension) -> None:
        """Build ``ext``; its objects are made anew each time, as setuptools does with its own."""
        if ext.name == "mfdecode._plan":
            for level, flags in LEVELS.items():
                ext.extra_objects += self.compiler.compile(
                    LEVELLED,
                    output_dir=str(Path(self.build_temp, level)),
                    macros=[("MF_LEVEL", level)],
                    include_dirs=ext.include_dirs,
                    extra_postargs=FLAGS + flags,
                )
        super().build_extension(ext)


def extension(name: str, *kernels: str, sources: Sequence[str] = ()) -> Extension:
    """A module of ext/mfdecode or ext/driver, with the kernels that it calls compiled in."""
    path = Path("ext", *name.split("."))
    return Extension(
        name,
        [f"{path}.pyx", *(str(KERNELS / f"{kernel}.c") for kernel in kernels), *sources],
        include_dirs=[str(KERNELS), "ext/driver"],
        depends=[*LEVELLED, *(str(path) for path in Path("ext").glob("*/*.h"))],
        extra_compile_args=FLAGS,
        extra_link_args=SANITIZERS if SANITIZE else [],
        libraries=["m", "dl"],
    )


setup(
    cmdclass={"build_ext": BuildLevels},
    ext_modules=cythonize(
        [
            extension("mfdecode._plan", "levels"),
            extension("mfdecode._decode", "batch", "odo"),
            extension("mfdecode._frame", "framing"),
            extension("mfdecode._gather", "gather"),
            extension("driver._rows", "rows"),
            extension("driver._cli", sources=["ext/driver/sqlcli.c"]),
        ],
        include_path=["ext"],
        build_dir="build",
        force=SANITIZE,
        compiler_directives=DIRECTIVES,
    ),
)
