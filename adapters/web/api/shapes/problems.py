"""What callers get when something goes wrong."""

from __future__ import annotations

from pydantic import Field

from adapters.web.api.values import Model


class WrongField(Model):
    field: str
    detail: str


class ProblemBody(Model):
    """application/problem+json. `detail`: the sentence that the chat would say, in Markdown. `reference`: finds the request
    in the log of whoever runs the program. `errors`: the fields at fault."""

    type: str
    title: str
    status: int
    detail: str
    reference: str
    errors: list[WrongField] = Field(default_factory=list)
