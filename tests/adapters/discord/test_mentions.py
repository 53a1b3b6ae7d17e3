"""Discord's marks in what people type."""

from __future__ import annotations

import pytest

from adapters.discord.mentions import begins_with_mention, incoming, mentions, without

NAMES = {"101": "Ana", "300": "general", "400": "team"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("<@101> and <@!101>", "@Ana and @Ana"),
        ("<@102>", "@102"),
        ("<#300> <@&400>", "#general @team"),
        ("<:party:12345> <a:dance:678>", ":party: :dance:"),
        ("</automation new:999>", "/automation new"),
        ("at <t:1767323045:R>", "at <!time:1767323045>"),
        ("a <b> & c < d", "a <b> & c < d"),
        ("```\nx <y>\n```", "```\nx <y>\n```"),
    ],
)
def test_readable(typed: str, read: str) -> None:
    assert incoming(typed, NAMES) == read


def test_the_bot_s_own_mention() -> None:
    assert mentions("hi <@!900>", "900")
    assert not mentions("hi <@9001>", "900")
    assert begins_with_mention("  <@900> x", "900")
    assert not begins_with_mention("x <@900>", "900")
    assert without("<@900> do <@900>it", "900") == "do it"
    assert without("  untouched ", "900") == "  untouched "
