"""Attacks on the host's files, environment, network and processes: each is denied on every backend of this machine."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.sandbox.model import Sandbox
from tests.sandbox.inside import attack, attack_each, run_python

PROGRAM = Path(__file__).parents[2]


@pytest.fixture
def secret(tmp_path: Path) -> Iterator[Path]:
    """A file of the host that everybody may read and write, so that only the sandbox can deny it."""
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(folder.stat().st_mode | 0o755)
    file = tmp_path / "secret.txt"
    file.write_text("of the host", "utf-8")
    file.chmod(0o666)
    yield file
    assert file.read_text("utf-8") == "of the host"
    assert stat.S_IMODE(file.stat().st_mode) == 0o666


def _attributes(file: Path) -> tuple[os.stat_result, list[str]]:
    return file.stat(), os.listxattr(file)


@pytest.fixture
async def victim() -> AsyncIterator[asyncio.subprocess.Process]:
    """A process of the host, alive until the test ends it."""
    process = await asyncio.create_subprocess_exec("sleep", "60")
    yield process
    assert process.returncode is None
    process.kill()
    await process.wait()


READ = (
    "open({secret!r}).read()",
    "open('../' * 12 + {secret!r}).read()",
    "(os.symlink({secret!r}, 'link'), open('link').read())",
    "(os.symlink({folder!r}, 'folder'), os.listdir('folder'))",
    "open('/proc/1/root' + {secret!r}).read()",
    "open('/proc/self/root' + {secret!r}).read()",
    "open('/proc/' + str(os.getppid()) + '/root' + {secret!r}).read()",
    "os.listdir({folder!r})",
    "open('/etc/shadow').read()",
    "os.listdir('/root')",
    "os.listdir('/home')",
    "open({program!r} + '/pyproject.toml').read()",
)
WRITTEN = (
    "open({secret!r}, 'w').write('x')",
    "os.truncate({secret!r}, 0)",
    "os.unlink({secret!r})",
    "os.rename({secret!r}, {secret!r} + '.moved')",
    "os.link({secret!r}, 'hard')",
    "os.link('/usr/bin/env', 'hard')",
    "os.mkdir({folder!r} + '/new')",
    *(
        f"open('{place}/breach', 'w')"
        for place in ("", "/dev", "/usr", "/usr/bin", "/etc", "/src", "/env", "/proc")
    ),
    "os.mknod('device', 0o20666, os.makedev(1, 1))",
)
OUTSIDE = (
    "socket.create_connection(('192.0.2.1', 80), 2)",
    "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    "socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)",
    "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).connect((2, 1))",
    "socket.getaddrinfo('example.org', 80)",
)


@pytest.mark.parametrize("ways", [READ, WRITTEN], ids=["read", "written"])
async def test_no_file_of_the_host_is(sandbox: Sandbox, secret: Path, ways: tuple[str, ...]) -> None:
    places = {"secret": str(secret), "folder": str(secret.parent), "program": str(PROGRAM)}
    await attack_each(sandbox, [way.format_map(places) for way in ways])


async def test_leaves_the_attributes_of_files_of_the_host_alone(sandbox: Sandbox, secret: Path) -> None:
    """Some backends pretend; the fixture looks at the file afterwards."""
    before = _attributes(secret)
    code = f"""
for change in (lambda path: os.chmod(path, 0), lambda path: os.utime(path, (1, 1)),
               lambda path: os.setxattr(path, 'user.x', b'1'), lambda path: os.chmod(os.path.dirname(path), 0)):
    try:
        change({str(secret)!r})
    except OSError:
        pass
"""
    assert (await run_python(sandbox, code)).code == 0
    assert _attributes(secret) == before


async def test_sees_nothing_of_the_host_environment(sandbox: Sandbox, environment_dir: Path) -> None:
    """pytest puts a variable with the name of each test into this process's environment."""
    code = """
import glob
print(sorted(os.environ))
for place in glob.glob('/proc/[0-9]*/environ') + glob.glob('/proc/[0-9]*/cmdline'):
    try:
        print(open(place).read())
    except OSError:
        pass
"""
    said = (await run_python(sandbox, code)).stdout
    assert "PATH" in said
    assert "PYTEST" not in said
    assert str(PROGRAM) not in said.replace(str(environment_dir), "")


async def test_reaches_no_server_of_the_host(sandbox: Sandbox) -> None:
    calls: list[str] = []

    def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append("called")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await attack(sandbox, f"attempt(lambda: socket.create_connection(('127.0.0.1', {port}), 2))")
    assert calls == []


async def test_reaches_no_network(sandbox: Sandbox) -> None:
    await attack_each(sandbox, OUTSIDE)


@pytest.mark.parametrize("kind", ["STREAM", "DGRAM"])
async def test_reaches_no_socket_of_the_host_by_path(sandbox: Sandbox, tmp_path: Path, kind: str) -> None:
    path = str(tmp_path / "socket")
    ways = (
        f"socket.socket(socket.AF_UNIX, socket.SOCK_{kind}).connect({path!r})",
        f"socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b'x', {path!r})",
        f"socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)[0].connect({path!r})",
    )
    with socket.socket(socket.AF_UNIX, getattr(socket, f"SOCK_{kind}")) as listening:
        listening.bind(path)
        os.chmod(path, 0o777)  # noqa: PTH101, S103 - so that only the sandbox can deny it
        await attack_each(sandbox, ways)


async def test_reaches_no_abstract_socket_of_the_host(sandbox: Sandbox) -> None:
    name = f"\0threadwright-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(name)
        listening.listen()
        await attack(sandbox, f"attempt(lambda: socket.socket(socket.AF_UNIX).connect({name!r}))")


async def test_leaves_processes_of_the_host_alone(
    sandbox: Sandbox, victim: asyncio.subprocess.Process
) -> None:
    """Where the sandbox has numbers of its own the victim's stands for nobody. The fixture looks whether it lives."""
    limits = resource.prlimit(victim.pid, resource.RLIMIT_NOFILE)
    niceness = os.getpriority(os.PRIO_PROCESS, victim.pid)
    number = victim.pid
    ways = (
        f"os.kill({number}, signal.SIGKILL)",
        f"signal.pidfd_send_signal(os.pidfd_open({number}), signal.SIGKILL)",
        f"resource.prlimit({number}, resource.RLIMIT_NOFILE, (1, 1))",
        f"os.setpriority(os.PRIO_PROCESS, {number}, 19)",
        f"os.sched_setaffinity({number}, [0])",
        f"open('/proc/{number}/environ').read()",
        f"open('/proc/{number}/mem', 'r+b')",
    )
    await attack_each(sandbox, ways)
    assert resource.prlimit(victim.pid, resource.RLIMIT_NOFILE) == limits
    assert os.getpriority(os.PRIO_PROCESS, victim.pid) == niceness


async def test_kills_nobody_but_itself(sandbox: Sandbox, victim: asyncio.subprocess.Process) -> None:
    code = """
for target in (-1, os.getppid(), 1):
    try:
        os.kill(target, signal.SIGKILL)
    except OSError:
        pass
print("alive")
"""
    await run_python(sandbox, code)
    assert victim.returncode is None
    assert (await run_python(sandbox, "print('still there')")).stdout == "still there\n"


async def test_cannot_be_left_by_becoming_somebody_else(sandbox: Sandbox) -> None:
    code = """
print("denied" if os.getuid() else "BREACH: root")
attempt(lambda: os.setuid(0))
attempt(lambda: os.setgid(0))
attempt(lambda: os.setgroups([0]))
found = subprocess.run(["su", "-c", "id"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
print("BREACH" if "uid=0" in found.stdout else "denied")
"""
    await attack(sandbox, code)
