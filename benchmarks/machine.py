"""What a figure was measured on."""

import os
import platform
import re
import subprocess
import sysconfig
from pathlib import Path

from cpuinfo import get_cpu_info
from pydantic import BaseModel


class Machine(BaseModel):
    """This machine, as it is told beside figures."""

    cpu: str
    cores: int
    python: str
    system: str

    @classmethod
    def here(cls) -> "Machine":
        return cls(
            cpu=get_cpu_info().get("brand_raw", platform.machine()),
            cores=len(os.sched_getaffinity(0)),
            python=platform.python_version(),
            system=f"{platform.system()} {platform.machine()}",
        )

    @property
    def text(self) -> str:
        """For people."""
        return f"{self.cpu}, {self.cores} cores, Python {self.python}, {self.system}"


def cpu_kind() -> str:
    """What ratios hang on: the CPU's maker, family and model, and the level of the kernels if one is forced."""
    info = get_cpu_info()
    known = [str(info[key]) for key in ("vendor_id_raw", "family", "model") if key in info]
    return " ".join([*(known or [platform.machine()]), os.environ.get("MFDECODE_SIMD", "best")])


def compiler() -> str:
    """What instruction counts hang on: the C compiler that made the modules, its version, and for what machine."""
    command = [*sysconfig.get_config_var("CC").split(), "-dumpfullversion"]
    version = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    name = Path(command[0]).name  # x86_64-linux-gnu-gcc is gcc
    family = re.search("gcc|clang", name)
    return f"{family[0] if family else name} {version} {platform.machine()}"
