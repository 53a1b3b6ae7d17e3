"""What the web pages and the REST API need from the rest of the program."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.accounts import Accounts
from core.desk import Desk
from core.library import Library, Once
from core.ports import Clock


@dataclass(frozen=True, slots=True)
class Limits:
    """``body``: bytes of a request. ``query``: bytes of an address behind its `?`. ``requests``, ``writes``: of one
    sign-in or token in a minute. ``sign_ins``: attempts from one address in a minute. ``streams``: event streams that one caller may watch at once. ``beat``: seconds between
    two signs of life on a stream; ``stream``: seconds until one ends, so that whoever watches has to show again who they
    are. ``upload``: seconds that a request's body may take to arrive."""

    body: int = 1_000_000
    query: int = 8_192
    requests: int = 120
    writes: int = 30
    sign_ins: int = 10
    streams: int = 10
    beat: float = 15.0
    stream: float = 600.0
    upload: float = 30.0


@dataclass(frozen=True, slots=True)
class Front:
    """``public_url``: where people reach the program, without a slash at its end; ``None`` when nobody said. ``secure``:
    cookies go over TLS only."""

    desk: Desk
    library: Library
    accounts: Accounts
    once: Once
    clock: Clock
    public_url: str | None = None
    secure: bool = False
    limits: Limits = field(default_factory=Limits)
