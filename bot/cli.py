"""The command line. Each command imports what it needs, so that `--help` does not import the world."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="threadwright", description="Turns a team's thread into code that has been proved to work."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    migrate = commands.add_parser("migrate", help="bring the database to the newest schema")
    task = migrate.add_mutually_exclusive_group()
    task.add_argument("--check", action="store_true", help="only compare the migrations with the tables")
    task.add_argument("--new", metavar="MESSAGE", help="write a migration for what changed in the tables")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code: 0 done, 1 not, 2 wrong use or settings."""
    from core.errors import SettingsError

    options = _parser().parse_args(arguments)
    try:
        if options.check:
            return _check_migrations()
        if options.new is not None:
            return _new_migration(options.new)
        return _migrate()
    except SettingsError as error:
        print(error.sentence, file=sys.stderr)
        return 2


def _migrate() -> int:
    from bot.settings import read_settings
    from core.storage.migrate import upgrade

    settings = read_settings()
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database)
    print("The database has the newest schema.")
    return 0


def _check_migrations() -> int:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from core.storage.migrate import drift, upgrade

    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.sqlite'}"
        upgrade(url)
        problems = drift(url)
    for problem in problems:
        print(f"The migrations miss: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _new_migration(message: str) -> int:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from core.storage.migrate import new_revision, upgrade

    if not message.strip():
        print('Say what the migration does: make migration m="add a column"', file=sys.stderr)
        return 2
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.sqlite'}"
        upgrade(url)
        new_revision(url, message)
    return 0
