"""Where the engine's state may live."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SettingsError
from core.jobs.engine import open_jobs
from core.jobs.home import open_home, sqlite_problem
from core.storage.unit_of_work import Database


@pytest.mark.parametrize(
    ("python", "sqlite", "fits"),
    [
        ((3, 11), (3, 40, 1), True),
        ((3, 12), (3, 42, 0), True),
        ((3, 12), (3, 41, 2), False),
        ((3, 13), (3, 40, 1), False),
    ],
)
def test_a_sqlite_too_old_for_this_python_is_named(
    python: tuple[int, ...], sqlite: tuple[int, ...], fits: bool
) -> None:
    problem = sqlite_problem(python, sqlite)
    assert (problem is None) is fits
    if problem is not None:
        assert ".".join(map(str, sqlite)) in problem


def test_only_the_owner_may_read_the_state(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    with open_home(f"sqlite:///{tmp_path / 'app.sqlite'}", folder):
        assert (folder / "dbos.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    with (
        pytest.raises(SettingsError, match="DATA_DIR: no files can be written"),
        open_home("sqlite:///:memory:", tmp_path / "data"),
    ):
        pass


async def test_a_state_that_is_none_is_refused(database: Database, tmp_path: Path) -> None:
    (tmp_path / "dbos.sqlite").write_bytes(b"not a database" * 100)
    url = f"sqlite:///{tmp_path / 'app.sqlite'}"
    with open_home(url, tmp_path) as home, pytest.raises(SettingsError, match=r"dbos\.sqlite"):
        async with open_jobs(home, database, ordered={}, errands={}):
            pass


def test_every_start_on_postgresql_has_a_name_of_its_own(tmp_path: Path) -> None:
    names = set()
    for _ in range(2):
        with open_home("postgres://user:secret@db.invalid/threads", tmp_path) as home:
            assert not home.embedded
            assert (
                home.database["system_database_url"] == "postgresql+psycopg://user:secret@db.invalid/threads"
            )
            names.add(home.executor)
    assert len(names) == 2
    assert list(tmp_path.iterdir()) == []
