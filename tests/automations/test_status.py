"""`ready` is a fact: it cannot be skipped, and nothing goes backwards."""

from __future__ import annotations

import pytest

from core.automations.model import AutomationStatus, advance
from core.errors import RequestRefused

DRAFT, READY, DOWNLOADED = AutomationStatus


@pytest.mark.parametrize(
    ("status", "to", "then"),
    [
        (DRAFT, READY, READY),
        (READY, DOWNLOADED, DOWNLOADED),
        (DRAFT, DOWNLOADED, DRAFT),
        (DOWNLOADED, DOWNLOADED, DOWNLOADED),
    ],
)
def test_steps_that_exist(status: AutomationStatus, to: AutomationStatus, then: AutomationStatus) -> None:
    assert advance(status, to) == then


@pytest.mark.parametrize(("status", "to"), [(READY, DRAFT), (DOWNLOADED, READY), (DOWNLOADED, DRAFT)])
def test_steps_that_do_not(status: AutomationStatus, to: AutomationStatus) -> None:
    with pytest.raises(RequestRefused):
        advance(status, to)
