"""What somebody is in the workspace, and which of its channels they see. Asked of Slack."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from adapters.slack.calls import Calls, Json, Send
from core.errors import PlatformRefused
from core.intents import Person
from core.ports import Channel, Clock, Standing

_PATIENCE: Final = 5.0
"""Seconds that somebody who opens a page waits for the budget."""
_PAGE: Final = 900
"""Channels of a page; 999 at most (docs.slack.dev, users.conversations). The method's calls are counted, not their size."""
_PAGES: Final = 50
_PUBLIC_SECONDS: Final = 60.0
"""How long the list of public channels, which is the same for every member, is good: Slack gives it 20 times a minute."""
_UNKNOWN: Final = "Slack does not know you as somebody of this workspace any more."
_ADMIN: Final = ("is_admin", "is_owner", "is_primary_owner")
_GUEST: Final = ("is_restricted", "is_ultra_restricted", "is_stranger")


class Membership:
    """``workspace``: the one of the token. Raises PlatformError."""

    def __init__(self, calls: Calls, clock: Clock, workspace: str) -> None:
        self._calls = calls
        self._clock = clock
        self._workspace = workspace
        self._public: tuple[float, tuple[Channel, ...]] = (float("-inf"), ())
        self._asking = asyncio.Lock()

    async def standing(self, workspace: str, person: Person) -> Standing:
        return _standing(await self._user(workspace, person), workspace)

    async def channels_of(self, workspace: str, person: Person) -> tuple[Channel, ...]:
        """Private channels are told only where the bot is in them too; a public one it can join. Guests, and people of
        other workspaces who share a channel, see what they are in."""
        standing = _standing(await self._user(workspace, person), workspace)
        seen = {channel.id: channel for channel in await self._theirs(person)}
        if standing != "guest":
            seen |= {channel.id: channel for channel in await self._everyones()}
        return tuple(sorted(seen.values(), key=lambda channel: (channel.name, channel.id)))

    async def _user(self, workspace: str, person: Person) -> Json:
        if workspace != self._workspace:
            raise PlatformRefused(_UNKNOWN, detail=f"users.info: not the workspace {workspace}")
        answer = await self._calls.must(
            "users.info", lambda client: client.users_info(user=person.id), patience=_PATIENCE
        )
        user: Json = answer["user"]
        if user.get("deleted"):
            raise PlatformRefused(_UNKNOWN, detail="users.info: deactivated")
        return user

    async def _theirs(self, person: Person) -> tuple[Channel, ...]:
        def page(cursor: str) -> Send:
            return lambda client: client.users_conversations(
                user=person.id,
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=_PAGE,
                cursor=cursor or None,
            )

        return await self._listed("users.conversations", page)

    async def _everyones(self) -> tuple[Channel, ...]:
        """Asked once, however many people wait for it."""

        def page(cursor: str) -> Send:
            return lambda client: client.conversations_list(
                types="public_channel", exclude_archived=True, limit=_PAGE, cursor=cursor or None
            )

        async with self._asking:
            asked, listed = self._public
            if self._clock.monotonic() - asked >= _PUBLIC_SECONDS:
                listed = await self._listed("conversations.list", page)
                self._public = (self._clock.monotonic(), listed)
        return listed

    async def _listed(self, method: str, page: Callable[[str], Send]) -> tuple[Channel, ...]:
        """Every page. A short one is not the last: Slack leaves archived channels out after it has cut the page."""
        found: list[Channel] = []
        cursor = ""
        for _ in range(_PAGES):
            answer = await self._calls.must(method, page(cursor), patience=_PATIENCE)
            found += [_channel(each) for each in answer["channels"] if not each.get("is_archived")]
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return tuple(found)


def _channel(told: Json) -> Channel:
    return Channel(str(told["id"]), str(told.get("name") or told["id"]))


def _standing(user: Json, workspace: str) -> Standing:
    """People of another workspace are guests here, whatever they are at home; a grid's are at home in several."""
    homes = {str(user.get("team_id") or ""), *((user.get("enterprise_user") or {}).get("teams") or ())}
    if workspace not in homes or any(user.get(mark) for mark in _GUEST):
        return "guest"
    return "admin" if any(user.get(mark) for mark in _ADMIN) else "member"
