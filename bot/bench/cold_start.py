"""How long the program takes to be there."""

from __future__ import annotations

import time
from tempfile import TemporaryDirectory

from bot.bench.contestants import START_SECONDS
from bot.bench.report import Aim, Report, Row, ratio
from bot.bench.size import Size
from bot.bench.stage import output, process, slack_stage

_FIRST, _AGAIN = "run, first start", "run, further starts"
_HELP, _IMPORTS, _NOTHING = "--help", "import slack_bolt, dbos, sqlalchemy", "python -c pass"
_COMMANDS = {
    _HELP: ("-m", "bot", "--help"),
    _IMPORTS: ("-c", "import slack_bolt, dbos, sqlalchemy"),
    _NOTHING: ("-c", "pass"),
}
_HELP_AIM = Aim(0.99, 500)


async def cold_start(size: Size) -> Report:
    seen: dict[str, list[float]] = {name: [] for name in (_FIRST, _AGAIN, *_COMMANDS)}
    for _ in range(size.starts):
        with TemporaryDirectory() as folder:
            seen[_FIRST].append(await _connected(folder))
            seen[_AGAIN].append(await _connected(folder))
        for name, arguments in _COMMANDS.items():
            began = time.perf_counter()
            await output(*arguments)
            seen[name].append(1000 * (time.perf_counter() - began))
    rows = {
        name: Row(name, tuple(values), _HELP_AIM if name == _HELP else None) for name, values in seen.items()
    }
    ratios = f"{ratio(rows[_AGAIN], rows[_IMPORTS])} {ratio(rows[_HELP], rows[_NOTHING])}"
    return Report("Cold start", "ms", tuple(rows.values()), f"{_NOTES} {ratios}")


_NOTES = """\
`run`: from the exec of `python -m bot run` to its socket in the Slack simulator; the first start makes the data folder
and the database. The others: from exec to exit. The interpreter's files are in the page cache and byte-compiled, as
after any earlier start."""


async def _connected(folder: str) -> float:
    """Milliseconds."""
    async with slack_stage() as stage:
        began = time.perf_counter()
        async with process("-m", "bot", "run", environment=stage.settings(folder)):
            await stage.place.connected(START_SECONDS)
            return 1000 * (time.perf_counter() - began)
