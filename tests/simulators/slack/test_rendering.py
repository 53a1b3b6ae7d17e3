"""From markup to what people read, and whom it pings."""

from __future__ import annotations

import pytest

from bot.simulators.slack.reading import Reader
from bot.simulators.slack.typing_in import typed
from bot.simulators.slack.world import Json

NAMES = {"U1": "Ada", "C1": "general"}


def reader() -> Reader:
    return Reader(lambda key: NAMES.get(key, key))


@pytest.mark.parametrize(
    ("markup", "read", "pings"),
    [
        ("*bold* _it_ ~no~", "bold it no", []),
        ("snake_case_name 2*3*4", "snake_case_name 2*3*4", []),
        ("<@U1> in <#C1> and <!here>", "@Ada in #general and @here", ["<@U1>", "<!here>"]),
        ("&lt;!channel&gt; &amp; x", "<!channel> & x", []),
        ("<https://example.com|the docs> <https://a.b>", "the docs https://a.b", []),
        ("<!date^1700000000^{date}|14 Nov>", "14 Nov", []),
        ("`<!here>`", "`@here`", ["<!here>"]),
        ("```\n*kept* &lt;x&gt;\n```", "```\n*kept* <x>\n```", []),
        ("a < b and c > d", "a < b and c > d", []),
    ],
)
def test_mrkdwn(markup: str, read: str, pings: list[str]) -> None:
    one = reader()
    assert one.mrkdwn(markup) == read
    assert one.pings == pings


@pytest.mark.parametrize(
    ("markup", "read", "pings"),
    [
        ("# Title\n**bold** *it* ~~no~~ `x*y*`", "Title\nbold it no `x*y*`", []),
        ("[docs](https://example.com) ![img](https://a.b/c.png)", "docs img", []),
        ("\\*not bold\\* &lt;@U1&gt;", "*not bold* <@U1>", []),
        ("<@U1> `<@U1>`", "@Ada `<@U1>`", ["<@U1>"]),
        ('```python\nx = "<!here>" # **no**\n```\n**b**', '```python\nx = "<!here>" # **no**\n```\nb', []),
        ("````md\n```\ninner **x**\n```\n````", "````md\n```\ninner **x**\n```\n````", []),
        ("- a_b_c\n- 2 * 3 * 4", "- a_b_c\n- 2 * 3 * 4", []),
        ("```\nunfinished **x**", "```\nunfinished **x**", []),
    ],
)
def test_markdown(markup: str, read: str, pings: list[str]) -> None:
    one = reader()
    assert one.markdown(markup) == read
    assert one.pings == pings


def test_blocks() -> None:
    bold = {"type": "mrkdwn", "text": "*b*"}
    said = [
        {"type": "text", "text": "hi "},
        {"type": "user", "user_id": "U1"},
        {"type": "broadcast", "range": "here"},
    ]
    blocks: list[Json] = [
        {"type": "header", "text": {"type": "plain_text", "text": "*H*"}},
        {"type": "section", "text": bold, "fields": [bold, {"type": "plain_text", "text": "f"}]},
        {"type": "context", "elements": [bold, {"type": "image", "alt_text": "cat", "image_url": "x"}]},
        {"type": "divider"},
        {"type": "actions", "elements": []},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": said}]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "1"}]]},
    ]
    one = reader()
    assert one.blocks(blocks) == "*H*\nb\nb\nf\nb cat\n---\nhi @Ada@here\na | 1"
    assert one.pings == ["<@U1>", "<!here>"]


def test_names_ping_only_where_slack_looks_for_them() -> None:
    one = reader()
    one.mrkdwn("@here @channel")
    assert one.pings == []
    one.by_name("hey @here, a@channel.org")
    assert one.pings == ["@here"]


def test_what_people_type_arrives_escaped() -> None:
    sent = typed("<@U1> x < y && <b> (see https://example.com/a?b=1&c=2).")
    assert sent == "<@U1> x &lt; y &amp;&amp; &lt;b&gt; (see <https://example.com/a?b=1&amp;c=2>)."
    assert reader().mrkdwn(sent) == "@Ada x < y && <b> (see https://example.com/a?b=1&c=2)."
