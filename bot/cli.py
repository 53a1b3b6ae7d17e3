"""The command line. Each command imports what it needs, so that `--help` does not import the world."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

ROLES = ("all", "web", "slack", "discord", "worker")
"""`bot.settings.Role`, which is too heavy to import here; a test holds them together."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code: 0 done, 1 not, 2 wrong use or settings."""
    options = _parser().parse_args(arguments)
    from core.errors import SettingsError, ThreadwrightError

    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except SettingsError as error:
        print(error.sentence, file=sys.stderr)
        return 2
    except ThreadwrightError as error:
        print(f"{error.sentence} (reference {error.reference})", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="threadwright",
        description="Turns a team's thread into code that has been proved to work.",
        epilog="Settings come from the environment only; the README has the table.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(command=command)
        return made

    run = add("run", _run, "serve until SIGTERM or Ctrl-C")
    run.add_argument("role", nargs="?", choices=ROLES, default="all", help="which part; all when left out")
    demo = add("demo", _demo, "watch a scripted team at work; needs no account and no server")
    demo.add_argument(
        "--platform", choices=("slack", "discord", "both"), default="both", help="where it plays"
    )
    trying = add("try", _try, "the same stage, with you as one of the team")
    trying.add_argument("--platform", choices=("slack", "discord"), default="slack", help="where it plays")
    trying.add_argument("--open", action="store_true", help="show the dashboard in the browser")
    trying.add_argument("--live", action="store_true", help="with the real model of the settings")
    for play in (demo, trying):
        play.add_argument("--out", metavar="DIR", default="demo-out", help="where what is delivered is kept")
        play.add_argument("--fast", action="store_true", help="without the pauses that people need")
    add("doctor", _doctor, "check settings, database, tokens and models, one line each")
    migrate = add("migrate", _migrate, "bring the database to the newest schema")
    task = migrate.add_mutually_exclusive_group()
    task.add_argument("--check", action="store_true", help="only compare the migrations with the tables")
    task.add_argument("--new", metavar="MESSAGE", help="write a migration for what changed in the tables")
    backup = add("backup", _backup, "copy the SQLite database, beside a running program")
    backup.add_argument("file", metavar="FILE", help="a new file; docs/operating.md says how to restore it")
    manifest = add("manifest", _manifest, "print a platform's app manifest, to paste")
    manifest.add_argument("platform", choices=("slack",))
    names = add("commands", _sync_commands, "make Discord know the slash commands: once per release")
    names.add_argument("task", choices=("sync",))
    export = add("export", _export, "write the versions of a session to disk, beside a running program")
    export.add_argument("session", metavar="SESSION", help="the session's id, or how it begins")
    form = export.add_mutually_exclusive_group()
    form.add_argument("--git", metavar="DIR", help="a new Git repository with one commit per version")
    form.add_argument("--zip", metavar="FILE", help="where the zip of the newest version goes")
    checks = add("check", _check, "run the gates over a folder; JSON, and 0 only when all of them passed")
    checks.add_argument("folder", metavar="DIR")
    parse = add("parse", _parse, "show as JSON which files would be taken from a model's answer")
    parse.add_argument("file", metavar="FILE", help="the answer; - reads standard input")
    return parser


def _run(options: argparse.Namespace) -> int:
    from bot.logs import set_up_logs
    from bot.settings import read_settings, require
    from bot.supervisor import supervise

    settings = read_settings()
    require(settings, options.role)
    set_up_logs(settings)
    from bot.wiring import run

    return supervise(lambda: run(settings, options.role))


def _demo(options: argparse.Namespace) -> int:
    from pathlib import Path

    from bot.demo.play import demo

    platforms = ("slack", "discord") if options.platform == "both" else (options.platform,)
    return demo(Path(options.out), platforms, fast=options.fast)


def _try(options: argparse.Namespace) -> int:
    from pathlib import Path

    from bot.demo.trying import try_out

    return try_out(
        Path(options.out), options.platform, live=options.live, fast=options.fast, browser=options.open
    )


def _doctor(_options: argparse.Namespace) -> int:
    from bot.doctor import findings

    found = findings()
    for finding in found:
        print(finding.line)
    return 0 if all(finding.ok for finding in found) else 1


def _manifest(_options: argparse.Namespace) -> int:
    from bot.manifest import manifest_text

    print(manifest_text())
    return 0


def _parse(options: argparse.Namespace) -> int:
    import json
    from pathlib import Path

    from core.bundle.parser import parse
    from core.bundle.report import as_json

    try:
        answer = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
    except OSError as error:
        print(f"{options.file} cannot be read: {error.strerror}.", file=sys.stderr)
        return 2
    found = as_json(parse(answer.decode("utf-8", errors="replace")))
    if not _is_utf8(answer):
        found["warnings"] = [
            "the answer is not UTF-8; what could not be read was replaced",
            *found["warnings"],
        ]
    sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n")
    return 0 if found["files"] or "edits" in found else 1


def _check(options: argparse.Namespace) -> int:
    import asyncio
    import json
    from pathlib import Path

    from core.checks.gates import as_json, check
    from core.checks.reading import read_folder

    folder = Path(options.folder)
    if not folder.is_dir():
        print(f"{options.folder} is no folder that can be read.", file=sys.stderr)
        return 2
    report = asyncio.run(check(read_folder(folder)))
    sys.stdout.buffer.write(json.dumps(as_json(report), ensure_ascii=False, indent=2).encode() + b"\n")
    return 0 if report.ready else 1


def _export(options: argparse.Namespace) -> int:
    from pathlib import Path

    from bot.export import to_git, to_zip
    from bot.settings import read_settings

    url = read_settings().database
    if options.git is not None:
        print(to_git(url, options.session, Path(options.git)))
    else:
        print(to_zip(url, options.session, Path(options.zip) if options.zip else None))
    return 0


def _backup(options: argparse.Namespace) -> int:
    from pathlib import Path

    from bot.backup import back_up
    from bot.settings import read_settings

    print(back_up(read_settings().database, Path(options.file)))
    return 0


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _migrate(options: argparse.Namespace) -> int:
    if options.check:
        return _check_migrations()
    if options.new is not None:
        return _new_migration(options.new)
    return _upgrade()


def _sync_commands(_options: argparse.Namespace) -> int:
    import asyncio

    from adapters.discord.commands import command, sync_commands
    from bot.settings import read_settings, require
    from bot.wiring import discord_config

    settings = read_settings()
    require(settings, "discord")
    config = discord_config(settings)
    assert config is not None, "the role needs it"
    count = asyncio.run(sync_commands(config))
    verbs = ", ".join(verb["name"] for verb in command()["options"])
    print(f"Discord knows /automation with {count} verbs: {verbs}.")
    return 0


def _upgrade() -> int:
    import structlog
    from sqlalchemy.exc import SQLAlchemyError

    from bot.logs import set_up_logs
    from bot.settings import read_settings
    from core.storage.migrate import upgrade

    settings = read_settings()
    set_up_logs(settings)
    if settings.database_url is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        upgrade(settings.database)
    except SQLAlchemyError:
        structlog.get_logger(__name__).exception("migration failed")
        print(
            "The database has not got the newest schema; `python -m bot doctor` looks for the reason.",
            file=sys.stderr,
        )
        return 1
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
