"""Slack's marks: harmless on the way out, readable on the way in."""

from __future__ import annotations

import pytest

from adapters.slack.mentions import incoming, outgoing, short

PINGS = ["<@U0123>", "<@W0123|ana>", "<!here>", "<!channel>", "<!everyone|all>", "<!subteam^S01>", "<!HERE>"]


@pytest.mark.parametrize("ping", PINGS)
def test_nothing_pings(ping: str) -> None:
    assert ping not in outgoing(f"Hi {ping}.")
    assert ping not in outgoing(f"```\n{ping}\n```")
    assert ping not in short(f"Hi {ping}.")
    assert outgoing(ping).replace("\u200b", "") == ping


@pytest.mark.parametrize(
    "text", ["List<@NonNull String>", "a <b> & c", "#include <stdio.h>", "<https://x.example>"]
)
def test_code_is_left_as_it_is(text: str) -> None:
    assert outgoing(text) == text


def test_times_are_shown_by_slack() -> None:
    fallback = "2026-01-02 03:04 UTC"
    assert (
        outgoing("at <!time:1767323045>")
        == f"at <!date^1767323045^{{date_short_pretty}} {{time}}|{fallback}>"
    )
    assert short("at <!time:1767323045>") == f"at {fallback}"
    assert outgoing("```\n<!time:1>\n```") == "```\n<!time:1>\n```"


def test_a_notification_is_short_and_never_empty() -> None:
    assert len(short("word " * 500)) <= 300
    assert short("") == "…"
    assert short("a <b>\n&") == "a &lt;b&gt; &amp;"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("<https://x.example/a?b=1&amp;c=2>", "https://x.example/a?b=1&c=2"),
        ("<https://x.example|x.example>", "https://x.example"),
        ("<mailto:a@x.example|a@x.example>", "a@x.example"),
        ("<@U1> <@U2|ben> <#C1|general>", "@U1 @ben #general"),
        ("<!here> <!subteam^S1|@devs>", "@here @devs"),
        ("```\nif (a &lt; b) {}\n```", "```\nif (a < b) {}\n```"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_what_people_type_is_readable(typed: str, read: str) -> None:
    assert incoming(typed) == read
