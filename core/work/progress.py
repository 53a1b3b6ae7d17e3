"""The progress message: one message in the thread that is edited in place while a version is made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog

from core.bundle.events import Event, FileClosed, FileGrew, FileOpened, PlanSeen
from core.delivery.card import counted
from core.delivery.courier import Courier
from core.errors import PermissionMissing, PlatformError, PlatformRefused, TooLarge
from core.ports import Clock, MessageRef, ThreadRef
from core.replies import Action, Button, Reply
from core.work.workshop import Workshop

_log = structlog.get_logger(__name__)

TICK = 15.0
"""Seconds after which a progress message shows that time passes."""
PAUSE = 1.5
"""Seconds between two edits: Slack allows 50 a minute in a whole workspace."""
REST = 2.0
"""Seconds that the end of the program waits for the message to say that it goes on later."""


@dataclass(slots=True)
class Scene:
    """What can be seen of a generation. ``planned``: files that the model announced, 0 when it did not."""

    number: int
    stage: str = "Reading the conversation"
    planned: int = 0
    path: str = ""
    lines: int = 0
    files: int = 0
    written: dict[str, int] = field(default_factory=dict)
    """Lines of each file so far."""

    def note(self, event: Event) -> None:
        match event:
            case PlanSeen(paths=paths):
                self.planned = max(self.planned, len(paths))
            case FileOpened(path=path):
                self.path, self.lines = path, 0
                self.files += 1
            case FileGrew(path=path, lines=lines):
                self.path, self.lines = path, lines
            case FileClosed(file=file):
                self.path, self.lines = file.path, file.lines
            case _:
                return
        if self.path:
            self.written[self.path] = self.lines

    @property
    def step(self) -> str:
        """What has no file; empty while files are being written."""
        if self.path and not self.stage:
            return ""
        plan = f"Planning {counted(self.planned, 'file')}" if self.planned else "Thinking"
        return self.stage or plan

    @property
    def of(self) -> int:
        """Files that there will be, 0 when nobody knows."""
        return max(self.planned, self.files) if self.planned else 0

    def text(self, seconds: float) -> str:
        if self.step:
            return f"⏳ **v{self.number}** · {self.step} … · {seconds:.0f} s"
        of = f" of {self.of}" if self.planned else ""
        plural = "" if self.lines == 1 else "s"
        return (
            f"⏳ **v{self.number}** · Writing `{self.path}` (file {self.files}{of}, {self.lines} line{plural}) … "
            f"· {seconds:.0f} s"
        )


@dataclass(slots=True)
class Progress:
    """Edits `message` whenever the scene has changed, at most every `PAUSE` seconds; edits may be dropped."""

    courier: Courier
    clock: Clock
    message: MessageRef
    job_id: str
    scene: Scene
    started: float
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, *events: Event) -> None:
        for event in events:
            self.scene.note(event)
        if events:
            self._changed.set()

    def think(self) -> None:
        """The model reasons before it writes."""
        if not self.scene.path and self.scene.stage != "Thinking":
            self.stage("Thinking")

    def stage(self, words: str) -> None:
        """A step that has no file: *Reading 14 messages*. Empty: files are being written."""
        self.scene.stage = words
        self._changed.set()

    @property
    def seconds(self) -> float:
        return self.clock.monotonic() - self.started

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """Edits while the block runs. An edit on its way is awaited at the end, so that none comes after the last."""
        failure: Exception | None = None
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pump())
            try:
                yield
            except Exception as error:  # noqa: BLE001 -- raised below as it is, where a group would wrap it
                failure = error
            finally:
                self._closing.set()
                self._changed.set()
        if failure is not None:
            raise failure

    async def rest(self) -> None:
        """The program stops, and the work goes on at its next start: until then nobody waits for what stands still."""
        text = f"⏸️ **v{self.scene.number}** · I am being restarted, and go on with this as soon as I am back"
        try:
            async with asyncio.timeout(REST):
                await self.courier.edit(self.message, Reply(text, (_cancel(self.job_id),)), final=False)
        except (PlatformError, TimeoutError) as error:
            _log.info("rest_not_shown", job=self.job_id, failure=type(error).__name__)

    async def _pump(self) -> None:
        while not self._closing.is_set():
            await self._news()
            self._changed.clear()
            if not self._closing.is_set():
                await self._edit()
                await self._pause()

    async def _news(self) -> None:
        """Something changed, or people have seen the same for so long that the time alone is news."""
        try:
            async with asyncio.timeout(TICK):
                await self._changed.wait()
        except TimeoutError:
            pass

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(PAUSE):
                await self._closing.wait()
        except TimeoutError:
            pass

    async def _edit(self) -> None:
        try:
            await self.courier.edit(self.message, running(self.scene, self.job_id, self.seconds), final=False)
        except PlatformError as error:
            _log.info("progress_edit_failed", reference=error.reference, detail=error.detail)


def running(scene: Scene, job_id: str, seconds: float) -> Reply:
    return Reply(scene.text(seconds), (_cancel(job_id),), about=seen(scene, job_id))


def _cancel(job_id: str) -> Button:
    return Button(Action.CANCEL, "Cancel", job_id, "danger")


def seen(scene: Scene, job_id: str) -> dict[str, Any]:
    """The fields of `core.library.Underway`, and ``job``."""
    files = [{"path": path, "lines": lines} for path, lines in scene.written.items()]
    return {
        "job": job_id,
        "stage": scene.step,
        "path": scene.path,
        "file": scene.files,
        "of": scene.of,
        "lines": scene.lines,
        "files": files,
    }


async def progress_of(shop: Workshop, job_id: str, thread: ThreadRef) -> MessageRef | None:
    """The progress message of a job, once it is posted."""
    async with shop.database.read() as unit:
        post = await unit.outbox.get(f"job:{job_id}:progress")
    return MessageRef(thread, post.result) if post is not None and post.result is not None else None


async def conclude(shop: Workshop, session_id: str, key: str, message: MessageRef, reply: Reply) -> None:
    """The last words of a message that shows work. Where it cannot be changed, they stand in one of their own. Raises
    PlatformError when neither can be done now. ``key``: of the work."""
    instead = f"{key}:end"
    async with shop.database.read() as unit:
        replaced = await unit.outbox.get(instead) is not None
    try:
        if not replaced:
            return await shop.courier.edit(message, reply, final=True)
    except (PlatformRefused, PermissionMissing, TooLarge) as error:
        _log.warning("message_not_ended", key=key, reference=error.reference, detail=error.detail)
    posted = await shop.courier.post(instead, session_id, message.thread, reply)
    if replaced:  # with other words, at an earlier end
        await shop.courier.edit(posted, reply, final=True)
    return None
