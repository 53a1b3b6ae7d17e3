"""A loopback OpenRouter that speaks the real wire: streams, keep-alives, refusals, and what goes wrong in the wild."""

from __future__ import annotations

from bot.simulators.openrouter.answers import Answer, Problem, Variant
from bot.simulators.openrouter.simulator import OpenRouterSimulator

__all__ = ["Answer", "OpenRouterSimulator", "Problem", "Variant"]
