"""What a team on a simulated platform has in common with those on the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, TypeVar

from bot.demo.team import BOT, NotPossible
from bot.simulators.shared.outcomes import ClientRefused, NotAcked

T = TypeVar("T")


class Simulator(Protocol):
    problems: list[str]
    unknown_routes: list[str]

    async def connected(self, timeout: float) -> None: ...

    async def until(self, condition: Callable[[], T | bool | None], timeout: float) -> T: ...


S = TypeVar("S", bound=Simulator)


@dataclass(frozen=True, slots=True)
class SimulatedTeam(Generic[S]):
    """A part of `Team`. ``directs``: each person's direct message with the bot."""

    platform: ClassVar[str]
    channel: ClassVar[str] = "#automation"

    simulator: S
    directs: Mapping[str, str]

    @property
    def people(self) -> Sequence[str]:
        return tuple(self.directs)

    async def connected(self, timeout: float) -> None:
        """Returns when the program listens. Raises TimeoutError."""
        await self.simulator.connected(timeout)

    async def until(self, condition: Callable[[], T | bool | None], timeout: float) -> T:
        return await self.simulator.until(condition, timeout)

    def complaints(self) -> Sequence[str]:
        return [
            *self.simulator.problems,
            *(f"unknown route {each}" for each in self.simulator.unknown_routes),
        ]

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """What a person could not do becomes NotPossible."""
        try:
            yield
        except NotAcked as error:
            raise NotPossible("The program did not react within three seconds.") from error
        except ClientRefused as error:
            raise NotPossible(f"{self.platform} does not let you: {error}.") from error


def addressed(text: str) -> tuple[str, bool]:
    """What is said, and whether to the bot: that mention is typed in another way on each platform."""
    mention = text.startswith(f"@{BOT}")
    return (text.removeprefix(f"@{BOT}").strip() if mention else text), mention
