"""``python -m bot.bench.gates [--quick]``: what the gates say of real code, and of code with a fault put into it.

Real code is what lies on this machine, and a few packages of npm where npm is there. A mutant counts when the gates
passed the text before the fault, and when no judge of another make takes it after."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.bench.gating import oracles
from bot.bench.gating.alarms import Alarms, alarms
from bot.bench.gating.held_out import DISTRIBUTIONS, FOLDERS, JAVASCRIPT, TYPESCRIPT, distributions
from bot.bench.gating.javascript_project import javascript_project, typescript_project
from bot.bench.gating.places import TextFault
from bot.bench.gating.project_faults import FAULTS
from bot.bench.gating.python_project import python_project
from bot.bench.gating.real_code import (
    PACKAGES,
    Corpus,
    npm_packages,
    of_language,
    shell_scripts,
    standard_library,
)
from bot.bench.gating.recall import Oracle, Recall, project_recall, text_recall
from bot.bench.gating.shell_project import bash_project, go_project
from bot.bench.gating.text_faults import cut, misspelt, without_bracket
from bot.bench.gating.words import seeded
from bot.bench.report import Report, Row, quantile
from core.checks.gates import check
from core.checks.languages import language_of

GOOD = (python_project, javascript_project, typescript_project, bash_project, go_project)
MUTANTS = 200
FEW = 20
_TEXT_FAULTS: Mapping[str, TextFault] = {
    "delete a bracket": without_bracket,
    "cut the file": cut,
    "misspell a name": misspelt,
}


async def gates(mutants: int) -> str:
    """All tables as text. `mutants`: of each kind."""
    packages = await npm_packages(PACKAGES if mutants >= MUTANTS else PACKAGES[:6])
    if not packages:
        print("npm is not here: no JavaScript and TypeScript of others", file=sys.stderr)
    corpora = {
        "Python": (list(standard_library()), 2.0, "Python standard library"),
        "JavaScript": (
            list(of_language(packages, "JavaScript")),
            0.5,
            f"JavaScript of {len(packages)} npm packages",
        ),
        "TypeScript": (
            list(of_language(packages, "TypeScript")),
            1.0,
            f"TypeScript of {len(packages)} npm packages",
        ),
        "shell": (list(shell_scripts()), 0.5, "the system's shell scripts"),
    }
    false = [await alarms(title, corpus, aim) for corpus, aim, title in corpora.values() if corpus]
    unseen = await _held_out()
    found = await _text_recalls({name: corpus for name, (corpus, _, _) in corpora.items() if corpus}, mutants)
    found += [await project_recall(name, fault, GOOD, mutants) for name, fault in FAULTS.items()]
    heads = ("real code", "files", "flagged", "share", "of these by size alone", "aim", "errors")
    others = ("fault", "mutants", "taken by the judge", "caught", "recall", "aim", "judge")
    parts = [
        "### False alarms of the error tier on real code",
        table([heads, *(row.cells() for row in false)]),
        "### Held-out code: false alarms on other code",
        table([("held-out code", *heads[1:]), *(row.cells() for row in unseen)]),
    ]
    parts += ["### Recall on seeded faults", table([others, *(row.cells() for row in found)])]
    return "\n\n".join([*parts, (await _speed()).text()])


async def _held_out() -> list[Alarms]:
    scripts, typed = await npm_packages(JAVASCRIPT), await npm_packages(TYPESCRIPT)
    known = {file.content for corpus in shell_scripts() for file in corpus.files}
    others = [
        replace(corpus, counts=frozenset(file.path for file in corpus.files if file.content not in known))
        for corpus in shell_scripts(FOLDERS)
    ]
    corpora = [
        (f"Python of {len(DISTRIBUTIONS)} distributions", list(distributions(DISTRIBUTIONS)), 2.0),
        (f"JavaScript of {len(scripts)} npm packages", list(of_language(scripts, "JavaScript")), 0.5),
        (f"TypeScript of {len(typed)} npm packages", list(of_language(typed, "TypeScript")), 1.0),
        ("scripts that packages of the system install with", others, 0.5),
    ]
    return [await alarms(title, corpus, aim) for title, corpus, aim in corpora if corpus]


async def _text_recalls(corpora: Mapping[str, Sequence[Corpus]], mutants: int) -> list[Recall]:
    compiler = await _compiler() if "TypeScript" in corpora else None

    async def tsc(texts: Sequence[str]) -> list[bool] | None:
        return await oracles.typescript(texts, compiler)

    judges: Mapping[str, tuple[Oracle, str]] = {
        "Python": (oracles.python, "CPython's compile()"),
        "JavaScript": (oracles.javascript, "V8"),
        "TypeScript": (tsc, "the parser of tsc"),
        "shell": (oracles.shell, "dash"),
    }
    return [
        await text_recall(
            f"{name} ({language}, real code)",
            _posix(corpus) if language == "shell" else corpus,
            fault,
            None if fault is misspelt else judges[language],
            mutants,
        )
        for language, corpus in corpora.items()
        for name, fault in _TEXT_FAULTS.items()
        if language != "shell" or fault is not misspelt  # a system's scripts lean on names from outside
    ]


def _posix(corpora: Sequence[Corpus]) -> list[Corpus]:
    """The scripts that ask for no more than `sh`, so that another shell can judge them."""
    wanted = [
        (
            corpus,
            frozenset(
                file.path
                for file in corpus.files
                if file.content.startswith(("#!/bin/sh", "#! /bin/sh")) and language_of(file) is not None
            ),
        )
        for corpus in corpora
    ]
    return [replace(corpus, counts=paths) for corpus, paths in wanted if paths]


async def _speed() -> Report:
    rows = []
    for make in GOOD:
        seconds = []
        for seed in range(9):
            files = make(seeded(seed))
            began = time.perf_counter()
            await check(files)
            seconds.append(1000 * (time.perf_counter() - began))
        rows.append(Row(f"{make.__name__.removesuffix('_project')}, {len(files)} files", tuple(seconds)))
    slowest = max(quantile(row.values, 0.5) for row in rows)
    notes = f"From the files to the report, all gates, tools and the child included. Aim: ten files in under 200 ms; the slowest p50 is {slowest:.0f} ms."
    return Report("Time of all gates", "ms", tuple(rows), notes)


async def _compiler() -> str | None:
    """The text of the TypeScript compiler, from npm."""
    npm, tar = shutil.which("npm"), shutil.which("tar")
    if npm is None or tar is None:
        return None
    with TemporaryDirectory(prefix="threadwright-tsc-") as folder:
        packing = await asyncio.create_subprocess_exec(
            npm, "pack", "--silent", "typescript@5", cwd=folder, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await packing.communicate()
        unpacking = await asyncio.create_subprocess_exec(
            tar, "xzf", said.decode().strip().split("\n")[-1], cwd=folder
        )
        await unpacking.wait()
        found = Path(folder, "package", "lib", "typescript.js")
        return await asyncio.to_thread(_text_of, found)


def _text_of(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.bench.gates", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="few mutants of each kind, to see whether it works"
    )
    options = parser.parse_args(None if arguments is None else list(arguments))
    began = time.perf_counter()
    print(asyncio.run(gates(FEW if options.quick else MUTANTS)))
    print(f"\nIt took {time.perf_counter() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
