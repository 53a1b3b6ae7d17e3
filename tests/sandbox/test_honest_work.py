"""What honest programs do still works inside."""

from __future__ import annotations

import pytest

from core.automations.model import File
from core.sandbox.model import Limits, NoSandbox, Sandbox
from tests.sandbox.inside import run_python

WORK = {
    "a child": "print(subprocess.run(['echo', 'done'], capture_output=True, text=True).stdout.strip())",
    "a database": """
import sqlite3
with sqlite3.connect('data.db') as base:
    base.execute('create table t (x)')
    base.execute("insert into t values ('done')")
    print(*base.execute('select x from t').fetchone())
""",
    "asyncio": """
import asyncio
async def main():
    child = await asyncio.create_subprocess_exec('echo', 'done', stdout=-1)
    print((await child.communicate())[0].decode().strip())
asyncio.run(main())
""",
    "threads": """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(16) as pool:
    print('done' if sum(pool.map(int, ['1'] * 16)) == 16 else 'wrong')
""",
    "folders and temporary files": """
import pathlib, tempfile, shutil
folder = pathlib.Path(tempfile.mkdtemp())
(folder / 'a').write_text('done')
pathlib.Path('out').mkdir()
shutil.move(folder / 'a', 'out/b')
print(pathlib.Path('out/b').read_text())
""",
    "its own file of the project": "print(open('data/words.txt', encoding='utf-8').read())",
    "the shell": """
script = 'diff <(echo a) <(echo a) && f=$(mktemp) && echo done > "$f" && awk 1 "$f"'
print(subprocess.run(['bash', '-c', script], capture_output=True, text=True).stdout.strip())
""",
    "time zones": """
import datetime, zoneinfo
zone = zoneinfo.ZoneInfo('Europe/Rome')
print('done' if datetime.datetime(2026, 7, 1, tzinfo=zone).utcoffset().seconds == 7200 else 'wrong')
""",
}
IN_NAMESPACES = {
    "a server of its own": """
import http.server, urllib.request
server = http.server.HTTPServer(('localhost', 0), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print('done' if urllib.request.urlopen(f'http://localhost:{server.server_port}/').status == 200 else 'wrong')
""",
    "a pool of processes": """
import multiprocessing
if __name__ == '__main__':
    with multiprocessing.Pool(3) as pool:
        print('done' if pool.map(len, ['a', 'bc']) == [1, 2] else 'wrong')
""",
}
FILES = (File("data/words.txt", "done"),)


@pytest.mark.parametrize("what", WORK)
async def test_works(sandbox: Sandbox, what: str) -> None:
    outcome = await run_python(sandbox, WORK[what], files=FILES)
    assert (outcome.stdout, outcome.code) == ("done\n", 0), outcome


@pytest.mark.parametrize("what", IN_NAMESPACES)
async def test_works_in_namespaces(sandbox: Sandbox, what: str) -> None:
    if sandbox.name == "Landlock":
        pytest.skip("Landlock leaves no network and no shared memory")
    outcome = await run_python(sandbox, IN_NAMESPACES[what])
    assert (outcome.stdout, outcome.code) == ("done\n", 0), outcome


async def test_tells_code_output_and_signals(sandbox: Sandbox) -> None:
    outcome = await run_python(sandbox, "print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert (outcome.code, outcome.stdout, outcome.stderr) == (3, "out\n", "err\n")
    assert (await run_python(sandbox, "os.abort()")).code == 134
    assert (await sandbox.run((), ("no-such-program",))).code == 127


async def test_gives_variables_and_keeps_nothing(sandbox: Sandbox) -> None:
    code = "import os; print(os.environ['GREETING'], os.listdir('.')); open('left', 'w')"
    for _ in range(2):
        outcome = await sandbox.run(
            (File("a.py", code),), ("python3", "a.py"), environment={"GREETING": "hi there"}
        )
        assert (
            outcome.stdout.replace(", 'node_modules'", "").replace("'node_modules', ", "")
            == "hi there ['a.py']\n"
        )


async def test_scripts_with_an_interpreter_can_be_started(sandbox: Sandbox) -> None:
    outcome = await sandbox.run((File("go", "#!/usr/bin/env bash\necho started\n"),), ("./go",))
    assert outcome.stdout == "started\n", outcome


@pytest.mark.parametrize("path", ["../out.py", "/etc/x", "a/../../b", "a\0b"])
async def test_files_that_lead_out_are_not_run(sandbox: Sandbox, path: str) -> None:
    outcome = await sandbox.run((File(path, ""),), ("true",))
    assert not outcome.ran
    assert "cannot be written" in outcome.reason


async def test_files_larger_than_the_disk_are_not_run(sandbox: Sandbox) -> None:
    outcome = await sandbox.run((File("a", "x" * 2000),), ("true",), Limits(disk_bytes=1000))
    assert (outcome.ran, outcome.reason) == (False, "the files are larger than the sandbox's disk")


async def test_without_a_sandbox_nothing_is_run() -> None:
    outcome = await NoSandbox("it is a Tuesday").run((), ("touch", "/tmp/ran"))
    assert (outcome.ran, outcome.code) == (False, None)
    assert outcome.reason == "no safe sandbox on this host: it is a Tuesday"
