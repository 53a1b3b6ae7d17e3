"""The shared scenarios explain a failed assertion as the tests themselves do."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.scenarios.main_job", "tests.scenarios.team")
