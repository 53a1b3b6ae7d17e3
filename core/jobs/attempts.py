"""How often work is tried again, and what is kept of a failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core import errors
from core.errors import OwnFault, StoreAway, ThreadwrightError


class Failure(TypedDict):
    """A failed attempt as plain data, since it must outlive the process.

    ``kind``: the name of the error's class. ``fields``: its attributes. ``wait``: seconds until the next attempt,
    ``None`` when there is none.
    """

    kind: str
    fields: dict[str, Any]
    wait: float | None


@dataclass(frozen=True, slots=True)
class Patience:
    """``waits``: seconds after the first failed attempt, the second …; one attempt more than there are waits.

    A service that says when to come back is believed, unless that is later than ``longest`` seconds: then people
    hear of it now.
    """

    waits: tuple[float, ...] = (0.5, 2, 5, 15, 30, 60, 180, 300)
    longest: float = 600

    def after(self, error: ThreadwrightError, attempt: int) -> float | None:
        """Seconds to wait after attempt number `attempt` (from 0), ``None`` to give up."""
        if not error.retryable or attempt >= len(self.waits):
            return None
        wait = max(self.waits[attempt], error.retry_after or 0)
        return wait if wait <= self.longest else None


def known(error: BaseException) -> ThreadwrightError:
    """The error itself, or the one inside a task group's bundle, or what a foreign one comes to."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, ThreadwrightError):
        return error
    detail = f"{type(error).__name__}: {error}"
    return StoreAway(detail=detail) if _away(error) else OwnFault(detail)


def _away(error: BaseException) -> bool:
    """Whether the database is: it refuses connections, or broke one off."""
    if isinstance(error, BaseExceptionGroup):
        return any(_away(each) for each in error.exceptions)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError | PoolTimeout)


def keep(error: ThreadwrightError, wait: float | None) -> Failure:
    fields = {
        name: value
        for name, value in vars(error).items()
        if value is None or isinstance(value, str | int | float)
    }
    return Failure(kind=type(error).__name__, fields=fields, wait=wait)


def revive(failure: Failure) -> ThreadwrightError:
    """The error again, of the same class and under the same reference; without its traceback and its cause."""
    kind = getattr(errors, failure["kind"], ThreadwrightError)
    sentence, detail = failure["fields"]["sentence"], failure["fields"]["detail"]
    error: ThreadwrightError = kind.__new__(kind)
    ThreadwrightError.__init__(error, sentence, detail=detail)
    vars(error).update(failure["fields"])
    return error
