"""Every failure of the model service and of the platforms, ordered of the simulators and looked at in the thread: one
sentence where it happened, what can be pressed now, a reference that is in the log, and nothing that looks unfinished."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from bot.simulators.openrouter import Answer, Problem, problems
from tests.scenarios.answers import answers, bundle
from tests.scenarios.discord_team import discord_team
from tests.scenarios.failing import at_work, check, told, told_alone
from tests.scenarios.main_job import FILES
from tests.scenarios.slack_team import slack_team
from tests.scenarios.team import FORM, Team

Opened = Callable[..., AbstractAsyncContextManager[Team]]
TEAMS: Mapping[str, Opened] = {"slack": slack_team, "discord": discord_team}


def plain(status: int, error_type: str) -> Problem:
    return problems.plain(status, "Provider returned error", {"error_type": error_type})


def gone(code: str, status: int) -> Problem:
    return problems.unavailable(code, status=status, retryable=False)


def in_the_middle(error: Mapping[str, Any]) -> Answer:
    return Answer("Half of an answer, and then nothing.", chunk=6, error_after=(3, error))


MODEL: Mapping[str, tuple[Answer | Problem, str]] = {
    "key wrong": (problems.wrong_key(), "does not accept the key"),
    "key without a right": (problems.plain(403, "Not allowed"), "does not let this key use"),
    "credit gone": (problems.credit_gone(affordable=None), "is used up"),
    "credit short": (problems.credit_gone(affordable=30_104), "only 30,104 more tokens"),
    "key limit": (problems.key_limit(), "is used up"),
    "moderated": (problems.moderated(), "refused the text of this conversation"),
    "guarded": (problems.guarded(), "refused the text of this conversation"),
    "refusal": (plain(502, "refusal"), "refused the text of this conversation"),
    "context": (problems.context_too_long(8_192, 9_000, 1_000), "longer than"),
    "unknown model": (problems.model_not_found("no/such"), "cannot be used"),
    "retired": (gone("model_deprecated", 404), "it was retired"),
    "privacy": (gone("privacy_restricted", 404), "privacy settings"),
    "region": (gone("region_restricted", 403), "this region"),
    "invalid": (problems.invalid("temperature"), "my fault and not yours"),
    "too large": (problems.plain(413, "Request payload too large"), "my fault and not yours"),
    "wrong address": (Problem(404, "<html>Not Found</html>"), "OPENROUTER_BASE_URL"),
    "rate limit": (problems.rate_limited(200), "try again in 3 minutes"),
    "overloaded": (plain(529, "provider_overloaded"), "has a problem or is overloaded"),
    "edge": (problems.html(502), "has a problem or is overloaded"),
    "empty": (Answer(""), "answered with nothing"),
    "cut": (Answer("Half of an answer.", chunk=6, cut_after=2, pace=0.1), "try again"),
    "ends too early": (Answer("Half of an answer.", chunk=6, end_after=2), "try again"),
    "limited in the middle": (
        in_the_middle({"code": 429, "message": "Rate limit exceeded"}),
        "gave up in the middle",
    ),
    "moderated in the middle": (
        in_the_middle({"code": 403, "message": "x", "metadata": {"reasons": ["violence"]}}),
        "refused the text",
    ),
}
"""What the model service does, and what is said."""


@pytest.mark.timeout(240)
@pytest.mark.parametrize("team", TEAMS)
async def test_an_answer_that_the_model_service_fails_at(tmp_path: Path, team: str) -> None:
    async with TEAMS[team](tmp_path) as it:
        await it.open()
        for name, (fault, sentence) in MODEL.items():
            before = it.thread
            it.model.respond(lambda _, fault=fault: fault)  # type: ignore[misc]  # the one of this round
            await it.say(f"Question: {name}?")
            message = await told(it, before)
            check(it, message, sentence, "Try again")
            if isinstance(fault, Answer) and fault.text:
                assert message.text.startswith("Half")
            it.model.respond(lambda _, name=name: Answer(f"Answer: {name}."))  # type: ignore[misc]  # as above
            await it.click(message, "Try again", "Ana")
            await it.see(lambda name=name: f"Answer: {name}." in it.said())  # type: ignore[misc]  # as above
            assert f"Question: {name}?" in str(it.model.requests[-1]["messages"])


FAILED_GENERATIONS: Mapping[str, tuple[Answer | Problem, str]] = {
    name: MODEL[name] for name in ("credit short", "moderated", "context", "rate limit", "overloaded", "cut")
} | {"no file": (Answer("I would rather talk."), "wrote no file")}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("team", TEAMS)
async def test_a_generation_that_the_model_service_fails_at(tmp_path: Path, team: str) -> None:
    async with TEAMS[team](tmp_path) as it:
        await it.open()
        button = "Generate"
        for fault, sentence in FAILED_GENERATIONS.values():
            before = it.thread
            it.model.respond(answers(fault))
            await it.press(button)
            check(it, await told(it, before), sentence, "Try again")
            button = "Try again"
        it.model.respond(answers(bundle(*FILES)))
        await it.press(button)
        await it.delivered()
        assert at_work(it) == []


# -- the platform does not let it be said in the thread

UNSAID: Mapping[str, tuple[str, Mapping[str | int, str]]] = {
    "slack": (
        "chat.postMessage",
        {
            "missing_scope": "I lack a Slack permission",
            "restricted_action": "rules of this workspace",
            "not_in_channel": "/invite @Threadwright",
            "msg_too_long": "more than Slack takes",
            "invalid_blocks": "`invalid_blocks`",
        },
    ),
    "discord": (
        "create_message",
        {
            50013: "Send Messages in Threads",
            50001: "View Channel",
            200000: "A rule of this server",
            40005: "more than Discord takes",
            50035: "my fault and not yours",
        },
    ),
}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("team", TEAMS)
async def test_what_the_thread_does_not_take_is_told_to_who_asked(tmp_path: Path, team: str) -> None:
    async with TEAMS[team](tmp_path) as it:
        it.model.respond(answers(bundle(*FILES)))
        await it.open()
        operation, codes = UNSAID[team]
        message, label = it.thread[0], "Generate"
        for code, sentence in codes.items():
            before = it.alone("Ben")
            it.spoil(operation, code, times=4)  # the errand, the generation, and twice the failure itself
            await it.click(message, label, "Ben")
            message = await told_alone(it, "Ben", before)
            check(it, message, sentence, "Try again")
            it.recover()
            label = "Try again"
        await it.click(message, label, "Ben")
        await it.delivered()
        assert at_work(it) == []


# -- the last edit of the progress message

LAST_EDITS = {
    "slack": ("chat.update", ("cant_update_message", "edit_window_closed", "internal_error")),
    "discord": ("update_message", (50013, 50005)),
}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("team", TEAMS)
async def test_a_progress_message_that_cannot_be_edited_does_not_stay(tmp_path: Path, team: str) -> None:
    async with TEAMS[team](tmp_path) as it:
        it.model.respond(answers(problems.credit_gone()))
        await it.open()
        operation, codes = LAST_EDITS[team]
        button = "Generate"
        for code in codes:
            before = it.thread
            it.spoil(operation, code, times=4)
            await it.press(button)
            check(it, await told(it, before), "30,104", "Try again")
            it.recover()
            button = "Try again"
        it.model.respond(answers(bundle(*FILES)))
        it.spoil(operation, codes[0], times=20)
        await it.press(button)
        await it.delivered()
        assert at_work(it) == []


# -- everything else that the platforms refuse

NOT_OPENED: Mapping[str, tuple[str, str | int, str]] = {
    "slack": ("chat.postMessage", "restricted_action", "rules of this workspace"),
    "discord": ("create_message", 50013, "Send Messages"),
}


@pytest.mark.parametrize("team", TEAMS)
async def test_a_session_that_cannot_be_opened_is_kept(tmp_path: Path, team: str) -> None:
    async with TEAMS[team](tmp_path) as it:
        operation, code, sentence = NOT_OPENED[team]
        before = it.alone("Ana")
        it.spoil(operation, code)
        await it.command("new")
        await it.see(it.form_is_open)
        await it.fill(FORM)
        message = await told_alone(it, "Ana", before)
        check(it, message, sentence, "Try again")
        assert "What you typed for Watch prices is kept" in message.text.replace("*", "")
        await it.click(message, "Try again", "Ana")
        (card,) = await it.see(lambda: it.cards)
        assert "R1. Crawl politely" in card.text


REFUSED_FILES: Mapping[str, tuple[str, int, Sequence[tuple[str | int, str, str]]]] = {
    "slack": (
        "files.completeUploadExternal",
        0,
        [
            ("file_uploads_disabled", "does not take this kind of file", "Try again"),
            ("storage_limit_reached", "no room left for files", "Try again"),
            ("file_upload_size_restricted", "more than Slack takes", "View code"),
        ],
    ),
    "discord": (
        "create_message",
        2,
        [
            (50013, "Attach Files", "Try again"),
            (240000, "A rule of this server", "Try again"),
            (40005, "more than Discord takes", "View code"),
        ],
    ),
}
"""The calls that pass before the files come, and how each refusal is told."""


@pytest.mark.parametrize("team", TEAMS)
async def test_files_that_the_platform_does_not_take(tmp_path: Path, team: str) -> None:
    async with TEAMS[team](tmp_path) as it:
        it.model.respond(answers(bundle(*FILES)))
        await it.open()
        operation, passing, refusals = REFUSED_FILES[team]
        button = "Generate"
        for code, sentence, offered in refusals:
            before = it.thread
            it.spoil(operation, code, after=passing)
            await it.press(button)
            message = await told(it, before)
            check(it, message, sentence, offered)
            assert "v1 is written, but its files are not attached" in message.text.replace("*", "")
            button, passing = "Try again", 0
        assert any("v1 · Auto · draft" in one.text for one in it.thread)


GONE: Mapping[str, Sequence[tuple[str, str | int, str, tuple[str, ...]]]] = {
    "slack": [
        ("chat.postMessage", "thread_not_found", "was deleted", ()),
        ("chat.postMessage", "is_archived", "archived or deleted", ("Reopen",)),
    ],
    "discord": [
        ("create_message", 160005, "deleted or locked", ()),
        ("create_message", 10004, "cannot find this channel", ("Reopen",)),
    ],
}


@pytest.mark.parametrize("team", TEAMS)
async def test_a_place_that_is_gone_closes_the_session(tmp_path: Path, team: str) -> None:
    async with TEAMS[team](tmp_path) as it:
        it.model.respond(answers(bundle(*FILES)))
        for operation, code, sentence, buttons in GONE[team]:
            await it.open(title=f"About {code}")
            before = it.alone("Ana")
            it.spoil(operation, code, times=2)  # the errand, and the generation
            await it.press("Generate")
            message = await told_alone(it, "Ana", before)
            check(it, message, sentence, *buttons)
            assert f"About {code} is closed" in message.text.replace("*", "").replace("\\", "")
            it.recover()
        await it.click(message, "Reopen", "Ana")
        await it.see(lambda: any("reopened this session" in one.text for one in it.thread))
        await it.press("Generate")
        await it.delivered()


async def test_a_direct_message_that_slack_does_not_allow(tmp_path: Path) -> None:
    async with slack_team(tmp_path) as it:
        it.model.respond(answers(bundle(*FILES)))
        await it.open()
        await it.press("Generate")
        await it.delivered()
        before = it.alone("Ben")
        it.spoil("conversations.open", "cannot_dm_bot")
        await it.press("Download", who="Ben")
        message = await told_alone(it, "Ben", before)
        check(it, message, "does not let me write to you directly", "Download")
        await it.click(message, "Download", "Ben")
        await it.see(lambda: it.handed("Ben"))
