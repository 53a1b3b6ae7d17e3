"""``python -m bot.chaos --kills N [--seed S] [--database sqlite|postgres]``: is anything lost or done twice?"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.chaos.outcome import Outcome
from bot.chaos.postgres import NoPostgres
from bot.chaos.run import Options, run

_SEEDS = 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    _say(f"seed {options.seed}, {options.kills} kills, {options.database}; logs in {options.folder}")
    try:
        outcome = asyncio.run(_until_told(options))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 1
    except NoPostgres as none:
        _say(str(none))
        return 1
    _say(outcome.text())
    if not outcome.good:
        _say(
            "\n".join(
                ["", *outcome.told(), "", f"threads and logs: {options.folder}", f"seed: {options.seed}"]
            )
        )
    return 0 if outcome.good else 1


async def _until_told(options: Options) -> Outcome:
    """SIGTERM ends the run as Ctrl-C does: no process that was started stays behind."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await run(options)


def _options(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m bot.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=10, help="how many processes are killed (10)")
    parser.add_argument("--seed", type=int, default=None, help="makes the same decisions again")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--workers", type=int, default=3, help="worker processes, on PostgreSQL (3)")
    parser.add_argument(
        "--lanes", type=int, default=3, help="channels of each platform with people in them (3)"
    )
    parser.add_argument("--patience", type=float, default=180.0, help="seconds until all must be quiet (180)")
    parser.add_argument("--folder", type=Path, default=None, help="for data, logs and transcripts")
    given = parser.parse_args(arguments)
    folder = given.folder or Path(tempfile.mkdtemp(prefix="threadwright-chaos-"))
    folder.mkdir(parents=True, exist_ok=True)
    seed = secrets.randbelow(_SEEDS) if given.seed is None else given.seed
    return Options(
        given.kills, seed, folder.absolute(), given.database, given.workers, given.lanes, given.patience
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
