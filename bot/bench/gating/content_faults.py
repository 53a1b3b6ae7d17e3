"""Faults of a project: what was left out, and what must not be in it."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Sequence
from random import Random

from bot.bench.gating.places import MARKS, in_code, in_some, swap_at
from core.automations.model import File
from core.bundle.kinds import ending
from core.bundle.readme import sections

_ELISIONS = (
    "... rest of the code remains the same",
    "... existing code ...",
    "rest of the implementation here",
    "TODO: implement",
    "TODO: add your logic here",
    "Your code here",
    "... (other functions unchanged)",
    "Implementation omitted for brevity",
    "remaining methods unchanged",
    "[truncated]",
    "Add your implementation here",
    "placeholder implementation",
    "... previous imports ...",
    "Code goes here",
)
_PYTHON_BODIES = [
    "...",
    "raise NotImplementedError",
    'raise NotImplementedError("later")',
    "pass  # TODO: implement this",
]
_SCRIPT_BODIES = [
    "throw new Error('Not implemented');",
    "throw new Error('TODO: not implemented yet');",
    "// TODO: implement this",
]
_HOMES = "/home/{}/projects/data.csv", "/Users/{}/Desktop/out", "C:\\\\Users\\\\{}\\\\Documents\\\\in.xlsx"
_PEOPLE = "mbrandt", "priya.k", "lsantos", "kowalski", "tanaka_h", "fdupont"


def elide(files: Sequence[File], random: Random) -> list[File] | None:
    """A comment stands where code was."""

    def fault(path: str, content: str, random: Random) -> str | None:
        lines = content.split("\n")
        starts = [at for at, line in enumerate(lines) if at > 1 and line.strip() and _may_follow(lines, at)]
        at = random.choice(starts)
        indent = re.match(r"\s*", lines[at])
        lines.insert(at, f"{indent[0] if indent else ''}{MARKS[ending(path)]} {random.choice(_ELISIONS)}")
        return "\n".join(lines)

    return in_code(files, random, fault)


def _may_follow(lines: Sequence[str], at: int) -> bool:
    """Outside of strings that go over lines, which these projects have in few places."""
    before = "\n".join(lines[:at])
    inside = (
        before.count('"""') % 2 or before.count("`") % 2 or (before.count("<<TEXT") > before.count("\nTEXT"))
    )
    return not inside and lines[at] != "TEXT" and not lines[at - 1].endswith("\\")


def stub(files: Sequence[File], random: Random) -> list[File] | None:
    """A function without its body."""

    def fault(path: str, content: str, random: Random) -> str | None:
        kind = ending(path)
        if kind == "py":
            found = list(re.finditer(r"(?m)^( *)def (?!__)\w+\([^)]*\)[^:\n]*:\n(?:\1    .*\n|\n)+", content))
            bodies = _PYTHON_BODIES
        elif kind in ("js", "ts"):
            found = list(
                re.finditer(
                    r"(?m)^()(?:export )?(?:async )?function \w+\([^\n]*\{\n(?:  .*\n|\n)+\}\n", content
                )
            )
            bodies = _SCRIPT_BODIES
        else:
            return None
        if not found:
            return None
        one = random.choice(found)
        head = one[0].split("\n")[0]
        end = "" if kind == "py" else "}\n"
        return (
            content[: one.start()]
            + f"{head}\n{one[1]}    {random.choice(bodies)}\n{end}"
            + content[one.end() :]
        )

    return in_code(files, random, fault)


def leak(files: Sequence[File], random: Random) -> list[File] | None:
    """A key in the code, in the form of some service."""

    def fault(path: str, content: str, random: Random) -> str | None:
        return _with_constant(
            path, content, random.choice(("API_KEY", "TOKEN", "client", "SERVICE")), _secret(random)
        )

    return in_code(files, random, fault)


def _secret(random: Random) -> str:
    def some(count: int, letters: str = string.ascii_letters + string.digits) -> str:
        return "".join(random.choice(letters) for _ in range(count))

    upper, lower, hexes = string.ascii_uppercase + string.digits, string.ascii_lowercase, "0123456789abcdef"
    kinds: Sequence[Callable[[], str]] = (
        lambda: "AKI" + "A" + some(16, upper),
        lambda: "gh" + "p_" + some(36),
        lambda: "xox" + "b-" + some(12, string.digits) + "-" + some(24),
        lambda: "sk" + "-proj-" + some(40),
        lambda: "sk" + "-or-v1-" + some(64, hexes),
        lambda: "AIz" + "a" + some(35),
        lambda: "sk" + "_live_" + some(24),
        lambda: "S" + "G." + some(22) + "." + some(43),
        lambda: "glp" + "at-" + some(20),
        lambda: some(9, string.digits[1:]) + ":A" + "A" + some(33),
        lambda: f"postgresql://svc_{some(4, lower)}:{some(14)}@db-{some(3, lower)}.internal.net/main",
        lambda: f"https://hooks.slack.com/services/T{some(9, upper)}/B{some(9, upper)}/{some(24)}",
        lambda: "np" + "m_" + some(36),
        lambda: "ey" + "J" + some(20) + ".ey" + "J" + some(40) + "." + some(43),
    )
    return random.choice(kinds)()


def personal_path(files: Sequence[File], random: Random) -> list[File] | None:
    def fault(path: str, content: str, random: Random) -> str | None:
        return _with_constant(path, content, "INPUT", random.choice(_HOMES).format(random.choice(_PEOPLE)))

    return in_code(files, random, fault)


def _with_constant(path: str, content: str, name: str, value: str) -> str:
    kind = ending(path)
    line = {
        "py": f'{name} = "{value}"',
        "sh": f"{name}='{value}'",
        "js": f"export const {name} = '{value}';",
        "ts": f"export const {name} = '{value}';",
        "go": f'const {name} = "{value}"',
    }[kind]
    return content.rstrip("\n") + f"\n\n{line}\n"


def drop_setup(files: Sequence[File], random: Random) -> list[File] | None:
    return _drop_section(files, r"set|install|getting", random)


def drop_usage(files: Sequence[File], random: Random) -> list[File] | None:
    return _drop_section(files, r"^(?:run|us|how)", random)


def _drop_section(files: Sequence[File], title: str, random: Random) -> list[File] | None:
    def fault(_: str, content: str, __: Random) -> str | None:
        for part in sections(content)[1:]:
            if part.level > 1 and re.search(title, part.title, re.IGNORECASE):
                return content.replace(f"## {part.title}\n\n{part.body}\n", "")
        return None

    return in_some(files, random, fault, ("README.md",))


def drop_readme(files: Sequence[File], _: Random) -> list[File] | None:
    return [file for file in files if file.path != "README.md"]


def wrong_start(files: Sequence[File], random: Random) -> list[File] | None:
    """The README starts something that is not there."""

    def fault(_: str, content: str, random: Random) -> str | None:
        pattern = r"python -m (\w+_\w+)|^npm (start)|bin/(\w+)\.sh --|^go (run) \."
        spots = [found.span(found.lastindex or 1) for found in re.finditer(pattern, content, re.MULTILINE)]
        return swap_at(content, spots, random)

    return in_some(files, random, fault, ("README.md",))


def drop_variable(files: Sequence[File], random: Random) -> list[File] | None:
    def fault(_: str, content: str, random: Random) -> str | None:
        lines = content.split("\n")
        lines.pop(random.choice([at for at, line in enumerate(lines) if re.match(r"[A-Z_]+=", line)]))
        return "\n".join(lines)

    return in_some(files, random, fault, (".env.example",))
