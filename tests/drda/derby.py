"""Apache Derby's network server, as the database behind the gateway."""

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

USER, PASSWORD = "APP", "app-secret-1"
DATABASE = "TESTDB"
_JARS = [Path("/usr/share/java") / f"{name}.jar" for name in ("derby", "derbynet", "derbytools", "derbyclient")]
_PATIENCE = 60.0


def missing() -> str:
    """Why Derby cannot be used here, and how to get it; empty if it can."""
    if shutil.which("java") is None or not all(jar.exists() for jar in _JARS):
        return "Apache Derby is not installed: apt-get install libderby-java derby-tools default-jre-headless"
    return ""


class Derby:
    """A server with an empty database, until it is left.

    Args:
        home: an empty folder.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        (self._home / "create.sql").write_text(f"CONNECT 'jdbc:derby:{self._home}/{DATABASE};create=true';\nEXIT;\n")
        subprocess.run(
            [*self._java(), "org.apache.derby.tools.ij", str(self._home / "create.sql")],
            check=True,
            capture_output=True,
        )
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        (self._home / "derby.properties").write_text(
            "derby.connection.requireAuthentication=true\n"
            "derby.authentication.provider=BUILTIN\n"
            f"derby.user.{USER}={PASSWORD}\n"
            "derby.locks.waitTimeout=5\n"
            "derby.drda.keepAlive=true\n"
        )
        with (self._home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *self._java(),
                    "org.apache.derby.drda.NetworkServerControl",
                    "start",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    str(self.port),
                    "-noSecurityManager",
                ],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.05)  # until it listens, which nothing announces
            else:
                return

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _java(self) -> list[str]:
        return [
            "java",
            "-Djava.security.manager=allow",
            f"-Dderby.system.home={self._home}",
            "-cp",
            ":".join(map(str, _JARS)),
        ]
