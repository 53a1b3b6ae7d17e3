"""The words of the API: what strings, ids and numbers may be, in one place."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from core.vocabulary import AgentType, Language

# Spaces are named one by one: engines of regular expressions do not agree on what \s is.
_SPACES = r"\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
LINE = rf"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f{_SPACES}][^\x00-\x1f\x7f]*$"
"""One line in which something stands."""
TEXT = rf"^[^\x00]*[^\x00-\x20\x7f{_SPACES}][^\x00]*$"
"""Something stands in it."""
_LETTERS = (
    r"\xa1-\xac\xae-\u024f\u0391-\u03a1\u03a3-\u03ff\u0400-\u0481\u048a-\u052f\u05d0-\u05ea\u0620-\u064a"
    r"\u0905-\u0939\u0e01-\u0e30\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3"
)
NAME = rf"^[!-~{_LETTERS}][ -~{_LETTERS}]*$"
"""Signs and letters of the scripts that are written most: a name that everybody can read aloud."""
ANY = r"^[^\x00]*$"
ID = r"^[A-Za-z0-9]{1,64}$"
REF = r"^[A-Za-z0-9_.:-]{1,64}$"
"""Ids of the chat platforms."""
WHOLE = 2_147_483_647
EVENT = 9_007_199_254_740_991
"""The largest whole number that every JSON reader keeps."""
REQUIREMENT = 1_000
MESSAGE = 16_000
"""Characters of one message."""


class Model(BaseModel):
    """What callers send and get: nothing beside the fields named, and no type taken for another."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        regex_engine="python-re",
        json_schema_serialization_defaults_required=True,
    )


def _text(pattern: str, limit: int) -> StringConstraints:
    return StringConstraints(pattern=pattern, min_length=1, max_length=limit)


Title = Annotated[str, _text(LINE, 100)]
Line = Annotated[str, _text(LINE, REQUIREMENT)]
Name = Annotated[str, _text(NAME, 100)]
Said = Annotated[str, _text(TEXT, MESSAGE)]
Notes = Annotated[str, StringConstraints(pattern=ANY, max_length=3_000)]
Ref = Annotated[str, StringConstraints(pattern=REF)]
Identifier = Annotated[str, StringConstraints(pattern=ID)]


def _whole(value: object) -> object:
    """In JSON, 7 and 7.0 are the same number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Integral = BeforeValidator(_whole)
Number = Annotated[int, Field(ge=1, le=WHOLE), Integral]


def _day(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("it is no day, as 2026-01-31 is one")
    return value


Day = Annotated[date, BeforeValidator(_day)]
# Strictness would ask for the members themselves, which JSON does not have.
ALanguage = Annotated[Language, Field(strict=False)]
AnAgentType = Annotated[AgentType, Field(strict=False)]

SessionId = Annotated[str, Path(alias="sessionId", pattern=ID, examples=["01hzx5k2"])]
AutomationId = Annotated[str, Path(alias="automationId", pattern=ID, examples=["01hzx5m9"])]
JobId = Annotated[str, Path(alias="jobId", pattern=ID, examples=["01hzx5kb"])]
SuggestionId = Annotated[str, Path(alias="suggestionId", pattern=ID, examples=["01hzx5mz"])]
TokenId = Annotated[str, Path(alias="tokenId", pattern=ID, examples=["01hzx5kt"])]
FilePath = Annotated[str, Path(alias="path", pattern=r"^[^\x00-\x1f\x7f]{1,250}$", examples=["src/main.py"])]
Cursor = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Za-z0-9_=.-]{1,500}$",
        description="`next` of the page before. One that leads nowhere is 404.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=100, description="Items of a page at most.")]
