"""How many tokens a text will be, without a tokenizer.

Every model cuts text in its own way and none of their tables is small, so this is a rule: words, digits, marks,
line ends and ideographs each have a price. Measured on 800 real model answers against the o200k and cl100k tables:
0.86 to 1.17 of the truth (1st to 99th percentile), 1.05 in the middle; whole scripts other than Latin are priced
between the two tables. Callers keep a margin of about 20%, or learn a factor from the usage that the service reports.
"""

from __future__ import annotations

import math
import re

_PIECE = re.compile(
    r"(?P<word>_?(?:[A-Z]+(?![a-z])|[A-Z]?[a-z]+))"
    r"|(?P<digits> ?[0-9]{1,3})"
    r"|(?P<ideograph>[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff])"
    r"|(?P<letters>[^\W\d_]+)"
    r"|(?P<gap>\s{2,}|\n)"
    r"|(?P<marks>[!-/:-@\[-`{-~]{1,4})"
    r"|(?P<other>\S)"
)
_WHOLE_WORD = 9
"""Letters up to which a word is nearly always one token; beyond, one for every three."""


def estimate(text: str) -> int:
    """Tokens, rounded up. Two texts joined by line ends are at most one more than both alone, so parts add up."""
    return math.ceil(sum(_price(match.lastgroup, match[0]) for match in _PIECE.finditer(text)))


def _price(kind: str | None, piece: str) -> float:
    match kind:
        case "word":
            return 1 + max(0, len(piece) - _WHOLE_WORD) / 3
        case "digits":
            return 2 if piece[0] == " " else 1
        case "ideograph":
            return 0.85
        case "letters":
            return max(1, len(piece) * 0.45)
        case "marks":
            return 0.95
        case "gap":
            return 1
        case _:
            return 2
