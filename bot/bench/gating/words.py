"""What varies from one generated project to the next, so that no two are alike."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from string import Template

from core.automations.model import File
from core.checks.words import words as listed


@dataclass(frozen=True, slots=True)
class Package:
    """A package of others: as it is imported and used in one expression, and as it is declared."""

    imported: str
    use: str
    declared: str


@dataclass(frozen=True, slots=True)
class Words:
    """``name``: of the project, one word. ``thing``, ``part``: what it is about. ``variable``: of the environment."""

    name: str
    thing: str
    part: str
    variable: str
    setup: str
    usage: str
    package: Package


_NAMES = sorted(
    listed("harbour lantern meadow orchard quarry saddle thicket umbrella velvet willow beacon canyon")
)
_THINGS = sorted(
    listed("invoice parcel ticket reading booking article listing measure receipt vessel station product")
)
_PARTS = sorted(listed("price title weight amount status colour length origin rating margin volume figure"))
_SETUPS = "Setup", "Installation", "Getting started", "Install", "Set up", "Setup and installation"
_USAGES = "Run", "Usage", "How to use", "How to run", "Running", "Use"


def seeded(seed: object) -> Random:
    """The same chance every time for the same seed."""
    return Random(str(seed))  # noqa: S311 - no secret is made of it


def words(random: Random, packages: tuple[Package, ...]) -> Words:
    thing = random.choice(_THINGS)
    return Words(
        name=f"{random.choice(_NAMES)}_{thing}s",
        thing=thing,
        part=random.choice(_PARTS),
        variable=f"{thing.upper()}_{random.choice(('URL', 'ADDRESS', 'ENDPOINT', 'SOURCE'))}",
        setup=random.choice(_SETUPS),
        usage=random.choice(_USAGES),
        package=random.choice(packages),
    )


def filled(template: dict[str, str], chosen: Words) -> list[File]:
    """The files, with `$name`, `$thing`, `$Thing`, `$part`, `$variable`, `$setup`, `$usage` and the package put in, in
    their paths, too."""
    values = {
        "name": chosen.name,
        "thing": chosen.thing,
        "Thing": chosen.thing.capitalize(),
        "part": chosen.part,
        "variable": chosen.variable,
        "setup": chosen.setup,
        "usage": chosen.usage,
        "imported": chosen.package.imported,
        "use": chosen.package.use,
        "declared": chosen.package.declared,
    }
    return [
        File(Template(path).substitute(values), Template(text.removeprefix("\n")).substitute(values))
        for path, text in template.items()
    ]
