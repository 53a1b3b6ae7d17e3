"""What is in files, by its sha256: once, however many versions hold it, and gone with the last of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from core.automations.model import File
from core.storage.tables import automations, blobs, files

_UPSERT: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
_AT_ONCE = 500
"""Values in one statement."""


async def keep(db: AsyncConnection, automation_id: str, made: Sequence[File]) -> None:
    """The files of a version. A content that is there already is locked, so that no session that is deleted meanwhile
    takes it along; in the same order everywhere, so that no two wait for each other."""
    if not made:
        return
    shas = [hashlib.sha256(file.content.encode()).hexdigest() for file in made]
    contents = dict(zip(shas, (file.content for file in made), strict=True))
    upsert = _UPSERT[db.dialect.name](blobs)
    await db.execute(
        upsert.on_conflict_do_update(index_elements=["sha256"], set_={"sha256": upsert.excluded.sha256}),
        [{"sha256": sha, "content": contents[sha]} for sha in sorted(contents)],
    )
    rows = [
        {
            "automation_id": automation_id,
            "position": i,
            "path": file.path,
            "sha256": sha,
            "origin": file.origin,
        }
        for i, (file, sha) in enumerate(zip(made, shas, strict=True))
    ]
    await db.execute(insert(files), rows)


async def of_version(db: AsyncConnection, automation_id: str) -> tuple[File, ...]:
    rows = await db.execute(
        select(files.c.path, blobs.c.content, files.c.origin)
        .join(blobs, blobs.c.sha256 == files.c.sha256)
        .where(files.c.automation_id == automation_id)
        .order_by(files.c.position)
    )
    return tuple(File(path, content, origin) for path, content, origin in rows)


async def of_session(db: AsyncConnection, session_id: str) -> list[str]:
    """The sha256 of all that its versions hold, in order."""
    found = await db.scalars(
        select(files.c.sha256)
        .join(automations, automations.c.id == files.c.automation_id)
        .where(automations.c.session_id == session_id)
        .distinct()
    )
    return sorted(found)


async def drop_unused(db: AsyncConnection, shas: Sequence[str]) -> None:
    """Of these, all that no version holds any more. They are locked first and then looked at anew: a version that is
    being stored at this moment may have taken one of them up."""
    used = select(files.c.sha256).where(files.c.sha256 == blobs.c.sha256).exists()
    for start in range(0, len(shas), _AT_ONCE):
        ours = blobs.c.sha256.in_(shas[start : start + _AT_ONCE])
        await db.execute(select(blobs.c.sha256).where(ours).order_by(blobs.c.sha256).with_for_update())
        await db.execute(delete(blobs).where(ours, ~used))
