"""The script at the prompt of `try`: the team plays it in a session of its own, while somebody watches and takes part."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.demo.scene import Scene
from bot.demo.stage import NotShown
from bot.demo.team import NotPossible

_OVER = "The team has finished. The thread is yours: write, press a button, or go on in the browser."


@dataclass(frozen=True, slots=True)
class Play:
    """``patient``: whoever begins it waits for its end; otherwise they can go on typing."""

    scene: Scene
    patient: bool
    _wanted: asyncio.Event = field(default_factory=asyncio.Event)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    async def begin(self) -> None:
        """Raises NotPossible while it goes on."""
        if self._wanted.is_set():
            raise NotPossible("The team is playing already.")
        self._over.clear()
        self._wanted.set()
        if self.patient:
            await self._over.wait()

    async def serve(self) -> None:
        """Plays whenever somebody wants it, until it is cancelled."""
        while True:
            await self._wanted.wait()
            await self._once()
            self._wanted.clear()
            self._over.set()

    async def _once(self) -> None:
        """Whoever takes part may bring the team off its script: that ends the play and nothing else."""
        try:
            for who in self.scene.team.people:
                await self.scene.team.dismiss(who)
            await self.scene.play()
        except (NotPossible, NotShown) as trouble:
            self.scene.screen.say(f"The play stops here. Missing: {trouble}", "yellow")
        else:
            self.scene.screen.say(_OVER, "bold")
