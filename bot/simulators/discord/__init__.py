"""A Discord on this machine that speaks the real wire to the unmodified library, for tests, the demo and trying out."""

from __future__ import annotations

from bot.simulators.discord.faults import Fault
from bot.simulators.discord.server import Exchange
from bot.simulators.discord.shown import (
    Shown,
    ShownButton,
    ShownChoice,
    ShownFile,
    ShownInput,
    ShownModal,
    ShownPlace,
    Upload,
)
from bot.simulators.discord.simulator import DiscordSimulator
from bot.simulators.shared.outcomes import ClientRefused, NotAcked

__all__ = [
    "ClientRefused",
    "DiscordSimulator",
    "Exchange",
    "Fault",
    "NotAcked",
    "Shown",
    "ShownButton",
    "ShownChoice",
    "ShownFile",
    "ShownInput",
    "ShownModal",
    "ShownPlace",
    "Upload",
]
