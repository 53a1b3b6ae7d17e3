"""Which files a model may change in places instead of sending them whole, and which models may. Decided here, not by
the model: whole files are safer with weak models, changes are quicker with strong ones and long files."""

from __future__ import annotations

from collections.abc import Sequence

from core.automations.model import File

LONG_LINES = 200
LONG_BYTES = 8_000
LEAST = 0.9
"""Of a model's last lists of changes, so many must have fitted; otherwise it sends whole files again."""

_CAPABLE = (
    "anthropic/claude",
    "openai/gpt-5",
    "openai/gpt-4.1",
    "openai/o",
    "google/gemini-2.5-pro",
    "google/gemini-3",
    "x-ai/grok-4",
    "deepseek/deepseek-v3",
    "deepseek/deepseek-chat",
    "z-ai/glm-4.6",
    "moonshotai/kimi-k2",
    "qwen/qwen3-coder",
)
"""Families whose changes mostly fit, by public boards of code editing (aider's polyglot board: well-formed answers of
90 % and more). What others can do shows only when somebody adds them here."""


def long_files(files: Sequence[File]) -> tuple[str, ...]:
    return tuple(
        file.path for file in files if file.lines > LONG_LINES or len(file.content.encode()) > LONG_BYTES
    )


def may_edit(model: str, outcomes: Sequence[bool]) -> bool:
    """`outcomes`: whether its last lists of changes fitted, the newest first."""
    capable = model.startswith(_CAPABLE)
    return capable and (not outcomes or sum(outcomes) / len(outcomes) >= LEAST)
