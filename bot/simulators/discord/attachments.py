"""Files of messages: their limits, their cleaned names, which stay and which come; handing them out again."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.simulators.discord.findings import Spot
from bot.simulators.discord.outcomes import refused
from bot.simulators.discord.things import Attachment, Channel, Message
from bot.simulators.discord.wire import Given, Part
from bot.simulators.discord.world import World

MEBIBYTE = 1024 * 1024
MOST = 10  # docs.discord.com: attachments of one message
REQUEST = 25 * MEBIBYTE  # docs.discord.com: "The maximum request size when sending a message"
# docs.discord.com: upload limit of a file, by the guild's premium tier.
BY_BOOST: Mapping[int, int] = {0: 10 * MEBIBYTE, 1: 10 * MEBIBYTE, 2: 50 * MEBIBYTE, 3: 100 * MEBIBYTE}
_STRANGE = re.compile(r"[^A-Za-z0-9_.-]")


def limit(world: World, channel: Channel) -> int:
    """Bytes that one file may have here."""
    guild = world.guild_of(channel)
    return BY_BOOST[guild.boost if guild else 0]


def clean(name: str) -> str:
    """As Discord renames a file: ASCII letters, digits, ``_``, ``.`` and ``-``, spaces as ``_``, and no dot or
    underscore at the ends, so that ``__init__.py`` arrives as ``init__.py`` (discord-api-docs issues 4847, 7754)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    for separator in "/\\":
        plain = plain.replace(separator, " ")
    return _STRANGE.sub("", "_".join(plain.split())).strip("._") or "unknown"


def stored(
    world: World,
    channel: Channel,
    part: Part,
    *,
    name: str = "",
    description: str = "",
    ephemeral: bool = False,
) -> Attachment:
    called = name or part.name or "unknown"
    cleaned = clean(called)
    title = called.rpartition(".")[0] or called
    kind = part.content_type if part.content_type != "application/octet-stream" else ""
    kind = kind or mimetypes.guess_type(cleaned)[0] or "application/octet-stream"
    made = Attachment(
        world.snowflake(), cleaned, title if cleaned != called else "", kind, part.data, channel.id, description, ephemeral
    )  # fmt: skip
    world.attachments[made.id] = made
    return made


def check_sizes(world: World, channel: Channel, given: Given) -> None:
    """Raises `Refused` 40005. A boosted guild takes one file of its own limit, however large the request gets."""
    most = limit(world, channel)
    if given.size > max(REQUEST, most) or any(len(each.data) > most for each in given.files.values()):
        raise refused(40005)


def merged(
    spot: Spot, world: World, channel: Channel, given: Given, old: Message | None, *, ephemeral: bool
) -> list[Attachment]:
    """The files that the message then has: those of `old` that are kept, and the uploaded ones."""
    listed = given.fields.get("attachments")
    entries = [spot.at(at).record(each) for at, each in enumerate(spot.many(listed, MOST))]
    for at, each in enumerate(entries):
        spot.at(at, "id").required(each.get("id"))
        spot.at(at, "id").snowflake(each.get("id"))
        spot.at(at, "description").text(each.get("description"), 1024)
    known = {each.id: each for each in old.attachments} if old else {}
    kept = list(known.values()) if "attachments" not in given.fields else []
    kept += [known[str(each.get("id"))] for each in entries if str(each.get("id")) in known]
    told = {str(each.get("id")): each for each in entries}
    new = [
        _new(world, channel, part, told.get(str(at), {}), ephemeral=ephemeral)
        for at, part in given.files.items()
    ]
    if len(kept) + len(new) > MOST:
        spot.wrong("BASE_TYPE_MAX_LENGTH", f"Must be {MOST} or fewer in length.")
    return [*kept, *new]


def _new(world: World, channel: Channel, part: Part, told: dict[str, Any], *, ephemeral: bool) -> Attachment:
    name, description = str(told.get("filename") or ""), str(told.get("description") or "")
    return stored(world, channel, part, name=name, description=description, ephemeral=ephemeral)


def hand_out(world: World, request: web.Request) -> web.Response:
    """GET of a signed address; 404 once it has expired."""
    file = world.attachments.get(request.match_info["attachment"])
    try:
        expires = int(request.query.get("ex", "0"), 16)
    except ValueError:
        expires = 0
    if file is None or file.channel != request.match_info["channel"] or expires < world.now():
        return web.Response(status=404, text="This content is no longer available.")
    return web.Response(body=file.data, headers={"Content-Type": file.content_type})
