"""Files: names, parts, tags, and when a version counts as downloaded."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.types import Message

from adapters.web.handing import Handing, Paper, disposition
from core.automations.evidence import Evidence
from tests.adapters.web.stage import PRINTS, Web

BIG = b"0123456789abcdef" * 20_000


@pytest.fixture
async def ready(web: Web) -> tuple[httpx.AsyncClient, str]:
    """Of a version that is ready: the address below which it lies."""
    return await made(web, PRINTS)


async def made(web: Web, answer: str) -> tuple[httpx.AsyncClient, str]:
    web.stage.shop.checker.finds = [Evidence(checked=True, proved=True)]  # type: ignore[attr-defined]  # the fake
    bot = await web.client()
    session_id = await web.opened(bot)
    automation = await web.generated(bot, session_id, answer)
    return await web.plain(await web.stage.token()), f"/api/sessions/{session_id}/automations/{automation}"


async def status(http: httpx.AsyncClient, base: str) -> str:
    found = (await http.get(base)).json()["status"]
    assert isinstance(found, str)
    return found


async def test_a_plain_download_makes_a_ready_version_downloaded(
    web: Web, ready: tuple[httpx.AsyncClient, str]
) -> None:
    http, base = ready
    assert await status(http, base) == "ready"
    answer = await http.get(f"{base}/download")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"price-watcher-v1.zip\"; filename*=UTF-8''price-watcher-v1.zip"
    )
    assert await status(http, base) == "downloaded"
    assert (await http.get(f"{base}/download")).content == answer.content


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("HEAD", {}, 200),
        ("GET", {"Range": "bytes=0-10"}, 206),
        ("GET", {"Range": "bytes=0-"}, 206),
        ("GET", {"If-None-Match": "*"}, 304),
        ("GET", {"Range": "bytes=999999-"}, 416),
    ],
)
async def test_whatever_is_not_the_whole_file_counts_for_nothing(
    ready: tuple[httpx.AsyncClient, str], method: str, headers: dict[str, str], expected: int
) -> None:
    http, base = ready
    answer = await http.request(method, f"{base}/download", headers=headers)
    assert answer.status_code == expected
    assert await status(http, base) == "ready"


async def test_parts_make_up_the_whole(ready: tuple[httpx.AsyncClient, str]) -> None:
    http, base = ready
    whole = await http.get(f"{base}/download")
    tag, size = whole.headers["etag"], len(whole.content)
    first = await http.get(f"{base}/download", headers={"Range": "bytes=0-99"})
    rest = await http.get(f"{base}/download", headers={"Range": "bytes=100-", "If-Range": tag})
    assert first.headers["content-range"] == f"bytes 0-99/{size}"
    assert first.content + rest.content == whole.content
    last = await http.get(f"{base}/download", headers={"Range": "bytes=-10"})
    assert last.content == whole.content[-10:]
    for odd in ("bytes=-", "bytes=5-1", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b"):
        assert (await http.get(f"{base}/download", headers={"Range": odd})).content == whole.content
    changed = await http.get(f"{base}/download", headers={"Range": "bytes=0-9", "If-Range": '"older"'})
    assert (changed.status_code, changed.content) == (200, whole.content)
    known = await http.get(f"{base}/download", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (known.status_code, known.content) == (304, b"")
    beyond = await http.get(f"{base}/download", headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert beyond.headers["content-type"] == "application/problem+json"


async def test_a_single_file_has_its_own_name(ready: tuple[httpx.AsyncClient, str]) -> None:
    http, base = ready
    answer = await http.get(f"{base}/download", params={"path": "main.py"})
    assert answer.text == 'print("hello")\n'
    assert 'filename="main.py"' in answer.headers["content-disposition"]
    assert (await http.get(f"{base}/download", params={"path": "none.py"})).status_code == 404
    shown = await http.get(f"{base}/files/main.py")
    assert (shown.text, shown.headers["content-type"]) == ('print("hello")\n', "text/plain; charset=utf-8")
    assert "content-disposition" not in shown.headers
    for odd in ("../main.py", "%2e%2e/main.py", "main.py/", "/main.py", "MAIN.PY"):
        assert (await http.get(f"{base}/files/{odd}")).status_code == 404


@pytest.mark.parametrize(("goes", "expected"), [(True, 0), (False, 1)])
async def test_who_goes_away_before_the_end_has_not_downloaded(goes: bool, expected: int) -> None:
    """Without a socket: how much of a file a system keeps for a reader who is gone, nobody can say."""
    sent, gone, counted = bytearray(), asyncio.Event(), []

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.extend(message.get("body", b""))
        if goes and len(sent) > len(BIG) / 2:
            gone.set()

    async def done() -> None:
        counted.append(len(sent))

    scope = {"type": "http", "method": "GET", "headers": []}
    await Handing(Paper(BIG, "text/plain"), done)(scope, receive, send)
    assert len(counted) == expected
    assert (len(sent) == len(BIG)) is not goes


def test_names_of_any_script_are_told_to_old_and_new_readers() -> None:
    assert disposition('preis "über" 日本.zip') == (
        'attachment; filename="preis __ber_ __.zip"; '
        "filename*=UTF-8''preis%20%22%C3%BCber%22%20%E6%97%A5%E6%9C%AC.zip"
    )
    assert "\n" not in disposition("a\r\nb: c")


async def test_json_has_tags_too(ready: tuple[httpx.AsyncClient, str]) -> None:
    http, base = ready
    first = await http.get(base)
    again = await http.get(base, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
