"""schemathesis against the application, with every check on: `python -m tests.adapters.web.hammer [examples]`."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import structlog

from core.storage.engine import open_engine
from core.storage.migrate import upgrade
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from tests.adapters.web.stage import MAX, ROOMY, Web

LIMITS = replace(ROOMY, stream=0.05)
"""A stream that never ended would be one long request."""


KEEPING = ("--exclude-operation-id=delete_session", "--exclude-operation-id=close_session")
"""So that a session that is there stays there, and open."""


async def there(web: Web) -> dict[str, str]:
    """What addresses may name: a session with a version."""
    bot = await web.client(MAX)
    session_id = await web.opened(bot)
    automation = await web.generated(bot, session_id)
    job = (await bot.session(session_id)).job
    assert job is not None
    (suggestion,) = await web.reviewed(bot, session_id, automation)
    return {
        "sessionId": session_id,
        "automationId": automation,
        "jobId": job.id,
        "suggestionId": suggestion.id,
        "path": "main.py",
    }


async def hammered(
    web: Web, examples: int, more: Sequence[str] = (), known: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Its return code (0: nothing was found) and what it said. ``known``: values of names in addresses."""
    token = await web.stage.token(MAX)
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        "run",
        f"{web.base}/api/openapi.json",
        "--checks=all",
        f"--max-examples={examples}",
        "--generation-database=none",
        "--no-color",
        "--warnings=off",
        f"--header=Authorization: Bearer {token}",
        *more,
    ]
    with tempfile.TemporaryDirectory() as folder:
        lines = [f'"path.{name}" = "{value}"' for name, value in (known or {}).items()]
        Path(folder, "schemathesis.toml").write_text("\n".join(["[parameters]", *lines, ""]))  # noqa: ASYNC240 - a few bytes
        process = await asyncio.create_subprocess_exec(
            *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode(errors="replace")


async def _main(examples: int, more: Sequence[str]) -> int:
    """Once with addresses that it makes up, once with those of a session that is there."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    async with _fresh() as web:
        anywhere = await hammered(web, examples, more)
        print(anywhere[1])  # noqa: T201 - a command prints
    async with _fresh() as web:
        somewhere = await hammered(web, examples, [*KEEPING, *more], await there(web))
        print(somewhere[1])  # noqa: T201 - the same
    return anywhere[0] or somewhere[0]


@asynccontextmanager
async def _fresh() -> AsyncIterator[Web]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/hammer.sqlite"
        await asyncio.to_thread(upgrade, url)
        async with (
            open_engine(url) as engine,
            Web.open(Database(engine, SystemClock(), TimeIds()), LIMITS) as web,
        ):
            yield web


if __name__ == "__main__":
    sys.exit(asyncio.run(_main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, sys.argv[2:])))
