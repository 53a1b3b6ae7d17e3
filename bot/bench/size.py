"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """``rounds``: of each pair of program and bare client; every round has a fresh Slack, database and budget.

    ``streams``: answers that are being written at the same time, of ``length`` frames where their CPU is counted. ``rate``: events a second, for ``seconds``.
    ``turns`` and ``deliveries``: in a round. ``readers``: streams of one client process, of ``frames`` frames.
    ``starts``: of each kind of process. ``sessions`` of ``messages`` messages each are read ``reads`` times each way.
    ``live``: answers that one process writes at the same time, in ``towns`` Slack workspaces and on Discord, for
    ``span`` seconds. ``crowd``: answers at once in one workspace, of ``thought`` seconds each, after a ``rest``.
    ``kills``: of workers.
    """

    rounds: int
    streams: int
    length: int
    rate: int
    seconds: float
    turns: int
    deliveries: int
    readers: int
    frames: int
    starts: int
    sessions: int
    messages: int
    reads: int
    live: int
    towns: int
    span: float
    crowd: int
    thought: float
    rest: float
    kills: int = 40


FULL = Size(
    rounds=2,
    streams=20,
    length=200,
    rate=20,
    seconds=20,
    turns=24,
    deliveries=6,
    readers=200,
    frames=60,
    starts=7,
    sessions=10_000,
    messages=100,
    reads=400,
    live=500,
    towns=100,
    span=30,
    crowd=50,
    thought=15,
    rest=61,
)
QUICK = Size(
    rounds=1,
    streams=20,
    length=60,
    rate=20,
    seconds=5,
    turns=14,
    deliveries=3,
    readers=200,
    frames=40,
    starts=3,
    sessions=1_000,
    messages=100,
    reads=100,
    live=500,
    towns=100,
    span=10,
    crowd=50,
    thought=15,
    rest=61,
    kills=3,
)
