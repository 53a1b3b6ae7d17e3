"""A Slack on this machine that speaks the real wire to the unmodified SDK, for tests, the demo and trying out."""

from __future__ import annotations

from bot.simulators.shared.outcomes import ClientRefused, NotAcked
from bot.simulators.slack.faults import Fault
from bot.simulators.slack.server import Exchange
from bot.simulators.slack.shown import (
    Shown,
    ShownButton,
    ShownChoice,
    ShownFile,
    ShownInput,
    ShownView,
    Upload,
)
from bot.simulators.slack.simulator import SlackSimulator

__all__ = [
    "ClientRefused",
    "Exchange",
    "Fault",
    "NotAcked",
    "Shown",
    "ShownButton",
    "ShownChoice",
    "ShownFile",
    "ShownInput",
    "ShownView",
    "SlackSimulator",
    "Upload",
]
