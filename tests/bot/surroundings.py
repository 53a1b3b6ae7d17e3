"""An environment that holds nothing but what a test gives it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.settings import Settings, read_settings


def read(environment: Mapping[str, str]) -> Settings:
    """What `read_settings` makes of these variables alone."""
    with pytest.MonkeyPatch.context() as surroundings:
        for name in Settings.model_fields:
            surroundings.delenv(name.upper(), raising=False)
        for name, value in environment.items():
            surroundings.setenv(name, value)
        return read_settings()
