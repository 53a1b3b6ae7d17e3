"""A client for the REST API, for programs in Python.

async with Threadwright("https://bot.example.com", token) as bot:
    session = await bot.open_session("Price watcher", AgentType.WEB_CRAWLER, ["Crawl politely"])
    job = await bot.generate(session.id)
    async for event in bot.events(session.id):
        …
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import httpx
import orjson

from adapters.web.api.bodies import (
    Edited,
    NewMessage,
    NewSession,
    Order,
    Renamed,
    RequirementChanges,
    RoleGiven,
    Settings,
    TestOrder,
    TokenOrder,
)
from adapters.web.api.shapes.people import (
    AChannel,
    AMember,
    AToken,
    Channels,
    Cost,
    FreshToken,
    Me,
    Members,
    Tokens,
)
from adapters.web.api.shapes.people import Usage as Used
from adapters.web.api.shapes.sessions import (
    Accepted,
    AMessage,
    Asked,
    Detail,
    Ledger,
    Listed,
    MessagePage,
    SessionPage,
)
from adapters.web.api.shapes.versions import (
    ASuggestion,
    Comparison,
    Job,
    Suggestions,
    Version,
    Versions,
    VersionWithFiles,
)
from adapters.web.calling import Calls, ProblemError, name_of, problem_of
from core.accounts import TOKEN_DAYS, Role, Scope
from core.sessions.model import SessionStatus
from core.vocabulary import AgentType, Language

__all__ = ["Download", "Event", "ProblemError", "Threadwright"]


@dataclass(frozen=True, slots=True)
class Event:
    """``number``: give it to `events` as `after`, to go on behind this one."""

    number: int
    kind: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Download:
    name: str
    data: bytes


class Threadwright(Calls):
    """Every method raises ProblemError when the API says no, and httpx.TransportError when it cannot be reached. What
    changes something is sent with a key of its own, so that a second attempt after a lost answer does nothing twice."""

    # ---- sessions

    async def sessions(
        self,
        text: str = "",
        status: SessionStatus | None = None,
        agent_type: AgentType | None = None,
        platform: str | None = None,
    ) -> AsyncIterator[Listed]:
        """All of them, page by page."""
        query = {"text": text or None, "status": status, "agent_type": agent_type, "platform": platform}
        async for page in self._pages("/api/sessions", SessionPage, query):
            for one in page.items:
                yield one

    async def open_session(
        self,
        title: str,
        agent_type: AgentType,
        requirements: Sequence[str] = (),
        *,
        tech_stack: str = "",
        constraints: str = "",
        channel: str | None = None,
    ) -> Detail:
        body = NewSession(
            title=title,
            agent_type=agent_type,
            requirements=list(requirements),
            tech_stack=tech_stack,
            constraints=constraints,
            channel=channel,
        )
        return await self._send("POST", "/api/sessions", Detail, body)

    async def session(self, session_id: str) -> Detail:
        return await self._get(f"/api/sessions/{session_id}", Detail)

    async def rename(self, session_id: str, title: str) -> Detail:
        return await self._send("PATCH", f"/api/sessions/{session_id}", Detail, Renamed(title=title))

    async def close(self, session_id: str) -> Detail:
        return await self._send("POST", f"/api/sessions/{session_id}/close", Detail)

    async def reopen(self, session_id: str) -> Detail:
        return await self._send("POST", f"/api/sessions/{session_id}/reopen", Detail)

    async def delete(self, session_id: str) -> None:
        await self._request("DELETE", f"/api/sessions/{session_id}")

    async def requirements(self, session_id: str) -> Ledger:
        return await self._get(f"/api/sessions/{session_id}/requirements", Ledger)

    async def change_requirements(
        self,
        session_id: str,
        *,
        add: Sequence[str] = (),
        edit: Sequence[tuple[int, str]] = (),
        withdraw: Sequence[int] = (),
    ) -> Ledger:
        edits = [Edited(number=number, text=text) for number, text in edit]
        body = RequirementChanges(add=list(add), edit=edits, withdraw=list(withdraw))
        return await self._send("POST", f"/api/sessions/{session_id}/requirements", Ledger, body)

    # ---- conversation

    async def messages(self, session_id: str) -> AsyncIterator[AMessage]:
        """All of them, the newest first."""
        async for page in self._pages(f"/api/sessions/{session_id}/messages", MessagePage, {}):
            for one in page.items:
                yield one

    async def say(self, session_id: str, text: str) -> Accepted:
        return await self._send(
            "POST", f"/api/sessions/{session_id}/messages", Accepted, NewMessage(text=text)
        )

    async def events(self, session_id: str, after: int | None = None) -> AsyncIterator[Event]:
        """What happens from now on, or behind the event `after`. Goes on by itself when a stream ends; begins anew where
        the server says `reset`."""
        seen = after
        while True:
            async for event in self._stream(session_id, seen):
                seen = event.number
                yield event

    async def _stream(self, session_id: str, after: int | None) -> AsyncIterator[Event]:
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        timeout = httpx.Timeout(self._http.timeout.connect, read=60.0)
        async with AsyncExitStack() as stack:
            asking = self._http.stream(
                "GET", f"/api/sessions/{session_id}/events", headers=headers, timeout=timeout
            )
            response = await stack.enter_async_context(asking)
            if response.is_error:
                await response.aread()
                raise problem_of(response)
            fields: dict[str, str] = {}
            async for line in response.aiter_lines():
                name, _, value = line.partition(": ")
                if line and name:
                    fields[name] = value
                elif not line and "data" in fields:
                    yield Event(int(fields["id"]), fields["event"], orjson.loads(fields["data"]))
                    fields = {}

    # ---- versions

    async def generate(self, session_id: str, language: Language | None = None) -> Job:
        return await self._send(
            "POST", f"/api/sessions/{session_id}/generate-code", Job, Order(language=language)
        )

    async def job(self, session_id: str, job_id: str) -> Job:
        return await self._get(f"/api/sessions/{session_id}/jobs/{job_id}", Job)

    async def cancel(self, session_id: str) -> Job:
        return await self._send("POST", f"/api/sessions/{session_id}/cancel", Job)

    async def review(self, session_id: str) -> Asked:
        return await self._send("POST", f"/api/sessions/{session_id}/review", Asked)

    async def suggestions(self, session_id: str, automation_id: str) -> list[ASuggestion]:
        """Of the version's newest review."""
        return (await self._get(f"{_version(session_id, automation_id)}/suggestions", Suggestions)).items

    async def apply(self, session_id: str, automation_id: str, suggestion_id: str) -> Job:
        """Orders the next version with this suggestion."""
        path = f"{_version(session_id, automation_id)}/suggestions/{suggestion_id}/apply"
        return await self._send("POST", path, Job)

    async def run_tests(self, session_id: str, automation_id: str | None = None) -> Asked:
        body = TestOrder(automation=automation_id)
        return await self._send("POST", f"/api/sessions/{session_id}/run-tests", Asked, body)

    async def automations(self, session_id: str) -> list[Version]:
        return (await self._get(f"/api/sessions/{session_id}/automations", Versions)).items

    async def automation(self, session_id: str, automation_id: str) -> VersionWithFiles:
        return await self._get(_version(session_id, automation_id), VersionWithFiles)

    async def file(self, session_id: str, automation_id: str, path: str) -> str:
        return (await self._request("GET", f"{_version(session_id, automation_id)}/files/{path}")).text

    async def download(self, session_id: str, automation_id: str, path: str | None = None) -> Download:
        """The zip, or one file of it."""
        query = {"path": path} if path else {}
        response = await self._request("GET", f"{_version(session_id, automation_id)}/download", query=query)
        return Download(name_of(response), response.content)

    async def diff(self, session_id: str, automation_id: str, older: int | None = None) -> Comparison:
        """From version `older`, or the one before."""
        query = {} if older is None else {"from": older}
        return await self._get(f"{_version(session_id, automation_id)}/diff", Comparison, query)

    async def report(self, session_id: str, automation_id: str) -> str:
        return (await self._request("GET", f"{_version(session_id, automation_id)}/report")).text

    async def restore(self, session_id: str, automation_id: str) -> Version:
        return await self._send("POST", f"{_version(session_id, automation_id)}/restore", Version)

    # ---- people

    async def me(self) -> Me:
        return await self._get("/api/me", Me)

    async def channels(self) -> list[AChannel]:
        return (await self._get("/api/channels", Channels)).items

    async def usage(
        self,
        by: Literal["person", "session", "day"] = "day",
        since: date | None = None,
        until: date | None = None,
    ) -> list[Cost]:
        return (await self._get("/api/usage", Used, {"by": by, "since": since, "until": until})).items

    async def tokens(self) -> list[AToken]:
        return (await self._get("/api/tokens", Tokens)).items

    async def make_token(
        self, name: str, scopes: Sequence[Scope] = tuple(Scope), days: int = TOKEN_DAYS
    ) -> FreshToken:
        body = TokenOrder(name=name, scopes=list(scopes), days=days)
        return await self._send("POST", "/api/tokens", FreshToken, body)

    async def revoke_token(self, token_id: str) -> None:
        await self._request("DELETE", f"/api/tokens/{token_id}")

    async def settings(self) -> Settings:
        return await self._get("/api/settings", Settings)

    async def change_settings(self, settings: Settings) -> Settings:
        return await self._send("PUT", "/api/settings", Settings, settings)

    async def members(self) -> list[AMember]:
        return (await self._get("/api/members", Members)).items

    async def give_role(self, team: str, person: str, role: Role) -> AMember:
        return await self._send("PUT", "/api/members", AMember, RoleGiven(team=team, id=person, role=role))


def _version(session_id: str, automation_id: str) -> str:
    return f"/api/sessions/{session_id}/automations/{automation_id}"
