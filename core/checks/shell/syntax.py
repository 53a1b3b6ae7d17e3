"""What the shell itself says of a script when it only reads it (`-n`)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.languages.language import Judgement
from core.checks.tools import Limits, found, laid_out, run

_SHEBANG = re.compile(r"#![^\n]*?\b(sh|dash|bash|zsh|ksh|fish|csh|tcsh)\b")
_AT = re.compile(r"^.*?: (?:line )?(\d+): (.*)$")
_AT_ONCE = 4
_LIMITS = Limits(cpu=5, wall=10, memory=512 << 20, output=200_000)


async def judge(files: Sequence[File]) -> Judgement:
    bash = found("bash")
    if bash is None:
        return Judgement(missing=("bash",))
    gate = asyncio.Semaphore(_AT_ONCE)
    async with laid_out(files) as folder:

        async def one(file: File) -> Finding | None:
            async with gate:
                posix = ["--posix"] if _shell(file) in ("sh", "dash") else []
                ran = await run(
                    [bash, "--norc", *posix, "-n", "--", f"./{file.path}"], folder, limits=_LIMITS
                )
            if ran.crashed:
                return Finding(
                    file.path, 0, "tool-crashed", "error", f"bash could not check this file: {ran.end}"
                )
            return _finding(file, ran.err) if ran.code or ran.err.strip() else None

        findings = await asyncio.gather(*(one(file) for file in files if _shell(file) not in _OTHERS))
    return Judgement(syntax=tuple(each for each in findings if each))


_OTHERS = frozenset({"zsh", "ksh", "fish", "csh", "tcsh"})


def _shell(file: File) -> str:
    named = _SHEBANG.match(file.content)
    return named[1] if named else "zsh" if file.path.endswith(".zsh") else "bash"


def _finding(file: File, said: str) -> Finding:
    first = next((line for line in said.split("\n") if line.strip()), "bash refuses it")
    at = _AT.match(first)
    line, message = (int(at[1]), at[2]) if at else (0, first)
    if line >= len(file.content.rstrip().split("\n")) or "end of file" in message or "end-of-file" in message:
        message = f"{message}; the file may be cut off, or something is not closed"
    return Finding(file.path, line, "invalid-syntax", "error", message)
