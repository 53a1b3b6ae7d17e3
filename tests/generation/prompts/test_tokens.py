"""The estimate: near known counts, never sinking when text is added, and quick."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.generation.tokens import estimate

KNOWN = {  # counts with the o200k and the cl100k table, which differ most for scripts other than Latin
    (
        "Wir brauchen einen Crawler, der jeden Morgen um sechs Uhr die Schlagzeilen der Nachrichtenseite "
        "sammelt und in der Datenbank speichert; Überschneidungen nicht."
    ): (37, 43),
    "我们需要一个爬虫、每天早上六点抓取新闻网站的标题、并把结果保存到数据库里。请注意不要重复保存相同的文章。": (
        37,
        48,
    ),
    "毎朝六時にニュースサイトの見出しを取得して、データベースに保存するクローラーが必要です。重複は保存しないでください。": (
        39,
        53,
    ),
    "매일 아침 여섯 시에 뉴스 사이트의 제목을 가져와 데이터베이스에 저장하는 크롤러가 필요합니다. 중복은 저장하지 마세요.": (
        37,
        50,
    ),
    (
        "Нам нужен краулер, который каждое утро в шесть часов собирает заголовки новостного сайта "
        "и сохраняет их в базе данных."
    ): (32, 48),
    "id,name,price,qty\n1,Blue mug,12.50,3\n2,Red plate,8.75,10\n3,Green bowl,6.20,0\n": (40, 40),
    "1234567890 3.14159 2024-05-17T12:00:00Z 192.168.0.1 42 1000000": (37, 37),
    "d41d8cd98f00b204e9800998ecf8427e a94a8fe5ccb19ba61c4c0873d391e987982fbbd3": (43, 43),
}


@pytest.mark.parametrize("text", KNOWN)
def test_near_the_truth(text: str) -> None:
    least, most = KNOWN[text]
    assert 0.85 * least <= estimate(text) <= 1.25 * most


def test_nothing_is_nothing_and_anything_is_something() -> None:
    assert estimate("") == 0
    assert estimate("a") == 1
    assert estimate("東京都") == 3
    assert estimate("👩‍👩‍👧‍👦") >= 4


def test_a_blob_is_not_one_word() -> None:
    assert estimate("x" * 30_000) > 5_000
    assert estimate("\u00a0" * 40_000) < 10


@given(st.text(max_size=80), st.text(max_size=80))
def test_more_lines_are_never_fewer_tokens_and_parts_add_up(one: str, two: str) -> None:
    whole = estimate(f"{one}\n\n{two}")
    assert max(estimate(one), estimate(two)) <= whole + 1
    assert whole <= estimate(one) + 1 + estimate(two)


@given(st.integers(0, 400))
def test_it_grows_with_the_text(words: int) -> None:
    assert math.isclose(estimate("one more word " * words), 3 * words, abs_tol=1)
