"""Work beside a block of code, without a change to how the block fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def background() -> AsyncIterator[asyncio.TaskGroup]:
    """A TaskGroup that is awaited at the end, also when the block failed. The block's own exception comes out as it
    is, where a bare TaskGroup would wrap it; those of the tasks come out in a group, as they do there."""
    failure: Exception | None = None
    async with asyncio.TaskGroup() as group:
        try:
            yield group
        except Exception as error:  # noqa: BLE001 - raised below
            failure = error
    if failure is not None:
        raise failure
