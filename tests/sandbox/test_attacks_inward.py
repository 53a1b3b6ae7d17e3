"""Attacks on the kernel and on the limits: memory, processes, disk, time, output."""

from __future__ import annotations

import asyncio
import platform
from dataclasses import replace

import pytest

from core.sandbox.model import KilledBy, Limits, Sandbox
from tests.sandbox.inside import BREACH, attack, attack_each, run_python

MB = 2**20
LIMITS = Limits(
    cpu_seconds=1,
    wall_seconds=5,
    memory_bytes=96 * MB,
    output_bytes=64 * 1024,
    processes=24,
    disk_bytes=16 * MB,
    inodes=500,
)
CALLS = {
    "unshare(NEWUSER)": (272, 0x10000000),
    "unshare(NEWNS)": (272, 0x20000),
    "clone(NEWUSER)": (56, 0x10000000 | 17, 0, 0, 0, 0),
    "clone3": (435, 0, 0),
    "mount": (165, 0, 0, 0, 0, 0),
    "open_tree": (428, -100, 0, 0),
    "fsopen": (430, 0, 0),
    "pivot_root": (155, 0, 0),
    "chroot": (161, 0),
    "setns": (308, 0, 0),
    "keyctl": (250, 0, -3, 0, 0, 0),
    "add_key": (248, 0, 0, 0, 0, -3),
    "bpf": (321, 0, 0, 0),
    "perf_event_open": (298, 0, 0, -1, -1, 0),
    "userfaultfd": (323, 1),
    "io_uring_setup": (425, 8, 0),
    "open_by_handle_at": (304, -100, 0, 0),
    "init_module": (175, 0, 0, 0),
    "kexec_load": (246, 0, 0, 0, 0),
    "syslog": (103, 3, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0, 0),
    "swapon": (167, 0, 0),
    "settimeofday": (164, 0, 0),
    "sethostname": (170, 0, 0),
    "x32 getpid": (0x40000000 | 39,),
    "a call that no table knows": (0x3FF,),
}
"""Numbers of x86-64 and arguments. Source: asm/unistd_64.h."""
STRICTER = {
    "memfd_create": (319, 0, 1),
    "ptrace": (101, 0, 0, 0, 0),
    "shmget": (29, 0, 4096, 0o1600),
    "mq_open": (240, 0, 0x42, 0o600, 0),
    "netlink": (41, 16, 3, 0),
    "vsock": (41, 40, 1, 0),
    "alg": (41, 38, 5, 0),
    "a family with rubbish in its upper half": (41, (1 << 32) | 40, 1, 0),
    "TIOCSTI": (16, 0, 0x5412, 0),
    "TIOCSTI with rubbish in its upper half": (16, 0, (1 << 32) | 0x5412, 0),
}
"""Also refused by our own filters; a container's accounting makes some of them harmless."""

x86_64 = pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers of calls are those of x86-64")


@x86_64
async def test_kernel_refuses(sandbox: Sandbox) -> None:
    answers = await attack_each(sandbox, map(_as_code, CALLS.values()))
    looked_at = (
        {"EFAULT"} if sandbox.name == "Docker" else set()
    )  # its filter leaves some to the missing rights
    assert set(answers.values()) <= {"EPERM", "ENOSYS", "EACCES"} | looked_at, answers


@x86_64
async def test_own_filters_refuse(sandbox: Sandbox) -> None:
    if sandbox.name == "Docker":
        pytest.skip("Docker has a filter of its own")
    answers = await attack_each(sandbox, map(_as_code, STRICTER.values()))
    assert set(answers.values()) <= {"EPERM", "EAFNOSUPPORT", "EACCES"}, answers


def _as_code(call: tuple[int, ...]) -> str:
    return f"call(*map(ctypes.c_long, {call}))"


async def test_no_privileges(sandbox: Sandbox) -> None:
    code = """
try:
    status = open("/proc/self/status").read()
except OSError:
    status = ""
for line in status.splitlines():
    if line.startswith("Cap") and line.split()[1].strip("0"):
        print("BREACH", line)
    if line.startswith(("NoNewPrivs", "Seccomp:")) and line.split()[1] == "0":
        print("BREACH", line)
print("denied" if libc.prctl(39, 0, 0, 0, 0) == 1 else "BREACH: new privileges may be had")
"""
    await attack(sandbox, code)


HOGS: dict[str, str] = {
    "one process": "held = bytearray(400 * MB); held[::4096] = b'x' * len(held[::4096])",
    "many processes": """
for _ in range(8):
    if os.fork() == 0:
        held = bytearray(40 * MB); held[::4096] = b'x' * len(held[::4096])
        signal.pause()
time.sleep(3)
if os.waitpid(-1, os.WNOHANG) != (0, 0):
    raise MemoryError("one of them was killed")
""",
    "shared mapping": """
import mmap
held = mmap.mmap(-1, 400 * MB)
for at in range(0, 400 * MB, 4096):
    held[at] = 1
time.sleep(3)
""",
}


@pytest.mark.parametrize("how", HOGS)
async def test_memory_ends(sandbox: Sandbox, how: str) -> None:
    code = f"MB = 2**20\n{HOGS[how]}\nos.write(1, b'BREACH')"
    outcome = await run_python(sandbox, code, LIMITS)
    assert BREACH not in outcome.stdout
    assert outcome.killed_by == "memory" or "MemoryError" in outcome.stderr, outcome


async def test_processes_end(sandbox: Sandbox) -> None:
    """Twice the limit, since where the user's other processes count too the limit is not exact."""
    code = """
started = 0
try:
    while started < 48:
        if os.fork() == 0:
            signal.pause()
        started += 1
    print("BREACH")
except OSError as error:
    print("denied", started)
"""
    await attack(sandbox, code, LIMITS)


async def test_a_fork_bomb_ends(sandbox: Sandbox) -> None:
    code = """
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
    outcome = await run_python(sandbox, code, replace(LIMITS, wall_seconds=1))
    assert outcome.killed_by in ("time", "cpu", "memory")
    assert (await run_python(sandbox, "print('still there')")).stdout == "still there\n"


FILLERS: dict[str, str] = {
    "one file": "open('big', 'wb').write(bytes(40 * MB))",
    "many files": "[open(f'{n}', 'wb').write(bytes(MB)) for n in range(40)]",
    "for temporary files": "[open(f\"{os.environ['TMPDIR']}/{n}\", 'wb').write(bytes(MB)) for n in range(40)]",
    "shared memory": "[open(f'/dev/shm/{n}', 'wb').write(bytes(MB)) for n in range(40)]",
    "deleted but open": """
held = []
for n in range(40):
    held.append(open('x', 'wb')); held[-1].write(bytes(MB)); held[-1].flush(); os.unlink('x')
""",
}


@pytest.mark.parametrize("how", FILLERS)
async def test_disk_ends(sandbox: Sandbox, how: str) -> None:
    code = f"MB = 2**20\n{FILLERS[how]}\ntime.sleep(1)\nprint('BREACH')"
    outcome = await run_python(sandbox, code, LIMITS)
    assert BREACH not in outcome.stdout
    denied = ("No space left", "File too large", "Permission denied", "No such file")
    assert outcome.killed_by in ("disk", "memory") or any(text in outcome.stderr for text in denied), outcome


BOMBS: dict[str, str] = {
    "files": "for n in range(50_000): open(f'{n}', 'w').close()",
    "temporary files": "for n in range(50_000): open(f\"{os.environ['TMPDIR']}/{n}\", 'w').close()",
    "folders": "for n in range(50_000): os.mkdir(f'{n}')",
    "where nobody may look": """
os.mkdir('hidden', 0o300)
for n in range(50_000): open(f'hidden/{n}', 'w').close()
""",
}


@pytest.mark.parametrize("how", BOMBS)
async def test_inodes_end(sandbox: Sandbox, how: str) -> None:
    patient = replace(LIMITS, cpu_seconds=10, wall_seconds=15)  # making files is slow on some disks
    outcome = await run_python(sandbox, f"{BOMBS[how]}\ntime.sleep(1)\nprint('BREACH')", patient)
    assert BREACH not in outcome.stdout
    assert outcome.killed_by == "inodes" or "No space left" in outcome.stderr, outcome


async def test_folders_without_end_are_no_trouble(sandbox: Sandbox) -> None:
    """Deeper than Python recurses and than a path may be long."""
    code = "for _ in range(1100):\n    os.mkdir('deep')\n    os.chdir('deep')\n"
    outcome = await run_python(sandbox, code, replace(LIMITS, inodes=10_000, cpu_seconds=10, wall_seconds=15))
    assert outcome.code == 0 or outcome.killed_by == "inodes", outcome


SLUGS: dict[str, tuple[str, KilledBy]] = {
    "sleeping": ("print('begun', flush=True)\ntime.sleep(600)", "time"),
    "computing": ("while True: pass", "cpu"),
    "computing and deaf": ("signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass", "cpu"),
    "talking": ("while True: print('x' * 1000)", "output"),
    "complaining": ("while True: os.write(2, b'x' * 1000)", "output"),
}


async def test_time_and_output_end(sandbox: Sandbox) -> None:
    """All at once, since each takes a while."""
    async with asyncio.TaskGroup() as group:
        for code, reason in SLUGS.values():
            group.create_task(_ends(sandbox, code, reason))


async def _ends(sandbox: Sandbox, code: str, reason: KilledBy) -> None:
    outcome = await run_python(sandbox, code, replace(LIMITS, wall_seconds=2 if reason == "time" else 30))
    assert (outcome.killed_by, outcome.code) == (reason, None)
    assert len(outcome.stdout) + len(outcome.stderr) <= LIMITS.output_bytes
    assert reason != "time" or outcome.stdout == "begun\n"


async def test_open_files_end(sandbox: Sandbox) -> None:
    await attack(sandbox, "attempt(lambda: [os.open('/dev/null', os.O_RDONLY) for _ in range(2000)])", LIMITS)
