"""Judges that the gates do not ask: a mutant that they take is no fault. Each takes texts and says of each whether it
is right; None where this machine lacks the judge."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from core.checks.tools import Limits, run

_LIMITS = Limits(cpu=120, wall=180, memory=16 << 30, output=4_000_000)
_PYTHON = """
import json, sys, warnings
warnings.simplefilter("ignore")
said = []
for text in json.load(sys.stdin):
    try:
        compile(text, "mutant", "exec")
        said.append(True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        said.append(False)
print(json.dumps(said))
"""
_NODE = """
const vm = require('node:vm');
const texts = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const takes = (make) => { try { make(); return true; } catch { return false; } };
const bare = (text) => text.replace(/^#!.*/, '');
console.log(JSON.stringify(texts.map((text) =>
  takes(() => new vm.Script(`(function(){${bare(text)}\\n})`)) || takes(() => new vm.SourceTextModule(bare(text))))));
"""
_TYPESCRIPT = """
const ts = require('./typescript.js');
const texts = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(texts.map((text) =>
  ts.createSourceFile('mutant.ts', text, ts.ScriptTarget.Latest, false).parseDiagnostics.length === 0)));
"""
_JSON = """
const texts = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(texts.map((text) => { try { JSON.parse(text); return true; } catch { return false; } })));
"""


async def python(texts: Sequence[str]) -> list[bool] | None:
    """CPython's own compiler; the gates ask ruff."""
    return await _asked([sys.executable, "-I", "-c", _PYTHON], texts)


async def javascript(texts: Sequence[str]) -> list[bool] | None:
    """V8, as a script and as a module; the gates ask tree-sitter."""
    node = shutil.which("node")
    return (
        await _asked([node, "--no-warnings", "--experimental-vm-modules", "-e", _NODE], texts)
        if node
        else None
    )


async def json_text(texts: Sequence[str]) -> list[bool] | None:
    """V8; the gates ask Python."""
    node = shutil.which("node")
    return await _asked([node, "-e", _JSON], texts) if node else None


async def typescript(texts: Sequence[str], compiler: str | None) -> list[bool] | None:
    """The parser of the TypeScript compiler, whose text is `compiler`."""
    node = shutil.which("node")
    if node is None or compiler is None:
        return None
    with TemporaryDirectory(prefix="threadwright-tsc-") as folder:
        await asyncio.to_thread(Path(folder, "typescript.js").write_text, compiler, "utf-8")
        return await _asked([node, "-e", _TYPESCRIPT], texts, Path(folder))


async def shell(texts: Sequence[str]) -> list[bool] | None:
    """Dash, for scripts that any POSIX shell takes; the gates ask Bash."""
    dash = shutil.which("dash")
    if dash is None:
        return None
    said = []
    with TemporaryDirectory(prefix="threadwright-dash-") as folder:
        for text in texts:
            await asyncio.to_thread(Path(folder, "mutant").write_text, text, "utf-8")
            ran = await run([dash, "-n", "mutant"], Path(folder), limits=_LIMITS)
            said.append(ran.code == 0 and not ran.err)
    return said


async def _asked(
    command: Sequence[str], texts: Sequence[str], folder: Path | None = None
) -> list[bool] | None:
    with TemporaryDirectory(prefix="threadwright-oracle-") as empty:
        ran = await run(
            command, folder or Path(empty), stdin=json.dumps(list(texts)).encode(), limits=_LIMITS
        )
    if ran.crashed or ran.code:
        print(f"the oracle {command[0]} failed: {ran.end} {ran.err[-300:]}", file=sys.stderr)
        return None
    return [bool(each) for each in json.loads(ran.out)]
