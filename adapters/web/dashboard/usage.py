"""What was spent: by person, by session, by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.dashboard.forms import number
from adapters.web.dashboard.templating import page
from adapters.web.identity import TheCaller, TheFront
from core.library import Spent

router = APIRouter()

By = Literal["person", "session", "day"]
_WAYS: Final[tuple[By, ...]] = ("day", "person", "session")
PERIODS: Final = (7, 30, 90, 365)
_ROWS: Final = 100


@router.get("/usage")
async def usage(request: Request, front: TheFront, who: TheCaller) -> Response:
    by: By = next((way for way in _WAYS if way == request.query_params.get("by")), "day")
    asked = number(request.query_params.get("days", ""), 30)
    days = asked if asked in PERIODS else 30
    today = front.clock.now().date()
    rows = await front.library.spent(who, by, today - timedelta(days=days - 1), today)
    total = Spent(
        "",
        "",
        sum(row.calls for row in rows),
        sum(row.prompt_tokens for row in rows),
        sum(row.completion_tokens for row in rows),
        sum((row.cost for row in rows), Decimal(0)),
    )
    return page(
        request,
        "usage.html",
        rows=rows[:_ROWS],
        more=max(0, len(rows) - _ROWS),
        total=total,
        highest=max((row.cost for row in rows), default=Decimal(0)),
        chart=_chart(rows, today, days) if by == "day" and days <= 90 else (),  # noqa: PLR2004 - bars that can be seen
        by=by,
        ways=_WAYS,
        days=days,
        periods=PERIODS,
    )


def _chart(rows: Sequence[Spent], today: date, days: int) -> tuple[tuple[date, Decimal], ...]:
    """Every day, also those without cost, the oldest first."""
    known = {row.key: row.cost for row in rows}
    every = (today - timedelta(days=back) for back in range(days - 1, -1, -1))
    return tuple((day, known.get(day.isoformat(), Decimal(0))) for day in every)
