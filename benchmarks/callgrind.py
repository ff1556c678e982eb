"""Instructions that the kernels of this build execute on fixed records, counted by valgrind's callgrind.

Counts do not hang on how busy the machine is; they do on the compiler. Valgrind has no AVX-512, so a level is forced.
    python benchmarks/callgrind.py KERNEL    calls it; what callgrind starts
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from workloads import DECODED, framed_blocks

from mfdecode import Decoder, _frame

KERNELS = {
    "mf_decode_fixed": tuple(workload.name for workload in DECODED),
    "mf_frame_rdw": ("framing",),
}
"""What is counted, with all that it calls, and the workload of each call."""


class Level(StrEnum):
    """The SIMD levels that valgrind can execute."""

    BASELINE = "baseline"
    AVX2 = "avx2"


def call(kernel: str) -> None:
    """Call a kernel once for each of its workloads."""
    match kernel:
        case "mf_decode_fixed":
            for workload in DECODED:
                (raw,) = workload.blocks(1)
                Decoder(workload.layout).decode_frames(raw)
        case "mf_frame_rdw":
            (block,) = framed_blocks(1)
            starts, lengths = np.empty(len(block), np.int64), np.empty(len(block), np.int64)
            _frame.Framer().rdw(block, len(block), 0, 0, starts, lengths)


def count_instructions(level: Level, root: Path) -> dict[str, int]:
    """Instructions by workload.

    Args:
        level: of the kernels.
        root: the tree whose build is measured.

    Raises:
        RuntimeError: valgrind fails, or has not seen the kernels that it should.
    """
    # One kernel a process: callgrind 3.19 counts nothing where it is given two functions to begin at.
    with ThreadPoolExecutor() as pool:
        counted = pool.map(lambda kernel: _count(kernel, level, root), KERNELS)
        return {name: count for counts in counted for name, count in counts.items()}


def _count(kernel: str, level: Level, root: Path) -> dict[str, int]:
    with TemporaryDirectory() as folder:
        command = [
            *("valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/dump"),
            *(f"--toggle-collect={kernel}", f"--dump-after={kernel}"),
            *(sys.executable, __file__, kernel),
        ]
        environment = os.environ | {"PYTHONPATH": str(root), "MFDECODE_SIMD": level}
        done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"valgrind left with {done.returncode}: {done.stderr[-2_000:]}")
        dumps = sorted(Path(folder).glob("dump.*"), key=lambda path: int(path.suffix[1:]))
        counts = [_total(path) for path in dumps]
    names = KERNELS[kernel]
    if len(counts) != len(names) or not all(counts):
        raise RuntimeError(f"{len(names)} calls of {kernel} were expected, and counted {counts}")
    return dict(zip(names, counts, strict=True))


def _total(dump: Path) -> int:
    found = re.search(r"^(?:summary|totals): (\d+)", dump.read_text(), re.MULTILINE)
    return int(found[1]) if found else 0


if __name__ == "__main__":
    call(sys.argv[1])
