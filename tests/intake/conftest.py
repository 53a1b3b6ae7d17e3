"""Who may read and do what, over both engines, with time that stands still and platforms that say what they are told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from core.intake.reading import Reading
from core.intake.signing import Signing
from core.intake.visibility import Visibility
from core.storage.engine import open_engine
from core.storage.unit_of_work import Database
from core.system import TimeIds
from tests.fakes.house import FakeClock
from tests.intake.people import Feed, Telling
from tests.storage.conftest import database_url  # noqa: F401 -- the fixture: both engines


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def database(database_url: str, clock: FakeClock) -> AsyncIterator[Database]:  # noqa: F811 -- the fixture above
    async with open_engine(database_url) as engine:
        yield Database(engine, clock, TimeIds())


@pytest.fixture
def slack() -> Telling:
    return Telling()


@pytest.fixture
def signing(database: Database, clock: FakeClock, slack: Telling) -> Signing:
    operators = frozenset({("slack", "T1", "UOPA")})
    return Signing(database, clock, operators, {"slack": slack, "discord": slack})


@pytest.fixture
def visibility(clock: FakeClock, slack: Telling) -> Visibility:
    return Visibility({"slack": slack, "discord": slack}, clock)


@pytest.fixture
def feed() -> Feed:
    return Feed()


@pytest.fixture
def reading(database: Database, visibility: Visibility, feed: Feed) -> Reading:
    return Reading(database, visibility, feed)
