"""How the program stops: the first signal drains it, the second ends it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from types import FrameType

import structlog

from core.errors import SettingsError, ThreadwrightError

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def supervise(serve: Callable[[], Awaitable[None]]) -> int:
    """Runs `serve` until it ends or a signal asks it to; returns the exit code.

    On SIGTERM or SIGINT `serve` is cancelled: its `async with` blocks drain and close, and the code is 0. A second
    signal ends the process at once with 128 + its number; what is stored goes on at the next start. Any failure is
    logged with its reference and gives 1, except SettingsError, which is raised: the caller shows it.
    """
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_until_signal(serve))
    except SettingsError:
        raise
    except Exception as error:  # noqa: BLE001 - the last place where a failure can be logged
        _report(error)
        return 1
    return 0


async def _until_signal(serve: Callable[[], Awaitable[None]]) -> None:
    task = asyncio.current_task()
    log = structlog.get_logger(__name__)
    stopping = False

    def stop(number: signal.Signals) -> None:
        nonlocal stopping
        stopping = True
        for one in _SIGNALS:
            signal.signal(one, _leave)
        log.info("stopping", signal=number.name)
        assert task is not None
        task.cancel()

    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # Windows: the runner itself cancels on Ctrl-C
        for one in _SIGNALS:
            loop.add_signal_handler(one, stop, one)
    try:
        await serve()
    except asyncio.CancelledError:
        if not stopping:
            raise
        log.info("stopped")


def _leave(number: int, _frame: FrameType | None) -> None:
    """Not left to the event loop, since a loop that hangs is a reason for the second signal."""
    os._exit(128 + number)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - does not install everywhere
    except ImportError:
        return None
    return uvloop.new_event_loop


def _report(error: Exception) -> None:
    known = _known(error)
    sentence = known.sentence if known else "This was not expected: please report it with what follows."
    structlog.get_logger(__name__).error(
        sentence, exc_info=error, **({"reference": known.reference, "detail": known.detail} if known else {})
    )


def _known(error: BaseException) -> ThreadwrightError | None:
    """The first error of our tree: the error itself or one inside a task group's bundle."""
    if isinstance(error, BaseExceptionGroup):
        return next((known for inner in error.exceptions if (known := _known(inner))), None)
    return error if isinstance(error, ThreadwrightError) else None
