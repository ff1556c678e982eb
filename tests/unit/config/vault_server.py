"""What an HTTP client sees of HashiCorp Vault: a key/value engine of version 2, tokens and an AppRole."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

TOKEN, ROLE_ID, SECRET_ID = "token-of-the-test", "role-of-the-test", "secret-id-of-the-test"


@dataclass
class VaultServer:
    """A running server.

    Attributes:
        secrets: by mount and path; each a mapping of names to values.
        sealed: it answers that it is.
        requests: method and path of each.
        namespaces: of each request, in its header.
    """

    port: int = 0
    secrets: dict[str, dict[str, object]] = field(default_factory=dict)
    sealed: bool = False
    requests: list[tuple[str, str]] = field(default_factory=list)
    namespaces: list[str | None] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def vault_server() -> Iterator[VaultServer]:
    state = VaultServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.requests.append(("GET", self.path))
            state.namespaces.append(self.headers["X-Vault-Namespace"])
            mount, _, path = self.path.removeprefix("/v1/").partition("/data/")
            found = state.secrets.get(f"{mount}/{path.partition('?')[0]}")
            if state.sealed:
                self.answer(503, {"errors": ["Vault is sealed"]})
            elif self.headers["X-Vault-Token"] != TOKEN:
                self.answer(403, {"errors": ["permission denied"]})
            elif found is None:
                self.answer(404, {"errors": []})
            else:
                self.answer(200, {"data": {"data": found, "metadata": {"version": 1}}})

        def do_POST(self) -> None:
            state.requests.append(("POST", self.path))
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/v1/auth/approle/login" and given == {"role_id": ROLE_ID, "secret_id": SECRET_ID}:
                self.answer(200, {"auth": {"client_token": TOKEN}})
            else:
                self.answer(400, {"errors": ["invalid role or secret ID"]})

        def answer(self, status: int, content: dict[str, object]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield state
        server.shutdown()
        thread.join()
