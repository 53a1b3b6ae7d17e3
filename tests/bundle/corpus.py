"""Real answers of many models with their true file lists, from the reference material beside the project."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_FOLDER = Path(__file__).parents[3] / "shared" / "corpus"

needs_corpus = pytest.mark.skipif(
    not _FOLDER.is_dir(), reason="the answers in ../shared/corpus are not on this machine"
)


def _lines(name: str) -> list[dict[str, Any]]:
    if not _FOLDER.is_dir():
        return []
    return [json.loads(line) for line in (_FOLDER / name).read_text("utf-8").splitlines()]


@cache
def messages() -> dict[str, dict[str, Any]]:
    """By id: `source`, `text` …"""
    return {message["id"]: message for message in _lines("messages.jsonl")}


@cache
def truths() -> tuple[dict[str, Any], ...]:
    """`id` of the message, its `files` in order, those of them that are `truncated`, `kind` of each: whole or edit."""
    return tuple(_lines("truth.jsonl"))


@cache
def edge_cases() -> tuple[dict[str, Any], ...]:
    """`id`, `text`, `expect`."""
    return tuple(_lines("edge_cases.jsonl"))


def wholes(truth: dict[str, Any]) -> bool:
    """Whether the answer gives whole files only."""
    return set(truth["kind"].values()) == {"whole"}
