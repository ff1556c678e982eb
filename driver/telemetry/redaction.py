"""Secret values taken out of whatever leaves the process, also where they are quoted, escaped or encoded."""

import base64
import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, quote_plus

from structlog.typing import EventDict, WrappedLogger

HIDDEN = "********"
_SHORTEST = 4
"""Bytes that a secret must have for its encoded forms not to be found everywhere."""
_FEWEST = 8
"""Characters that base64 must have of a secret inside another text to be taken for it."""
_PLAIN = (int, float, bool, type(None))


class Redaction:
    """Takes secret values out of texts, and as a processor of structlog out of events.

    Args:
        secrets: the values.
    """

    def __init__(self, secrets: Collection[str]) -> None:
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        # The longest first: one may be part of another.
        self._pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True)))) if forms else None

    def text(self, text: str) -> str:
        """The text without the secrets."""
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """The event without the secrets; comes after what makes text of exceptions."""
        return event if self._pattern is None else {key: self._clean(value) for key, value in event.items()}

    def _clean(self, value: object) -> object:
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {self.text(str(key)): self._clean(inner) for key, inner in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._clean(inner) for inner in value]
        return value if isinstance(value, _PLAIN) else self.text(repr(value))


_hidden: list[Redaction] = []


def hide(secrets: Collection[str]) -> None:
    """Have ``redacted`` take these out, in every thread."""
    _hidden.append(Redaction(secrets))


@contextmanager
def hiding() -> Iterator[None]:
    """What is given to ``hide`` within the context is hidden until it ends."""
    before = len(_hidden)
    try:
        yield
    finally:
        del _hidden[before:]


def redacted(text: str) -> str:
    """A text for people, without what is hidden."""
    for redaction in tuple(_hidden):
        text = redaction.text(text)
    return text


def _forms(secret: str) -> Iterator[str]:
    """A secret as it is, and as it looks in a string of Python or JSON, in a URL, in base64, and in hexadecimal."""
    content = secret.encode()
    yield secret
    for escaped in (repr(secret), ascii(secret), json.dumps(secret), json.dumps(secret, ensure_ascii=False)):
        yield escaped[1:-1]
    yield repr(content)[2:-1]
    for quoted in (quote(secret), quote(secret, safe=""), quote_plus(secret)):
        yield quoted
        yield re.sub("%..", lambda code: code[0].lower(), quoted)
    if len(content) < _SHORTEST:
        return
    yield from (content.hex(), content.hex().upper())
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(content).decode().rstrip("=")
        for before in range(3):
            # Inside another text, a secret shares its first and last characters with its neighbours.
            inside = encode(bytes(before) + content + bytes(-(before + len(content)) % 3)).decode()
            begin, end = -(-before * 8 // 6), (before + len(content)) * 8 // 6
            if end - begin >= _FEWEST:
                yield inside[begin:end]
