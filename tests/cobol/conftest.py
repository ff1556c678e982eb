import os
import shutil

import pytest
from cobol.judge import COMPILER, Compiler


@pytest.fixture(scope="session")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Compiler:
    if shutil.which(COMPILER) is None:
        why = f"{COMPILER} is not installed: apt-get install gnucobol3"
        if os.environ.get("MFDECODE_REQUIRE_COBOL") == "1":
            pytest.fail(f"layouts and values must be judged by a compiler here: {why}")
        pytest.skip(why)
    return Compiler(tmp_path_factory.mktemp("cobol"))
