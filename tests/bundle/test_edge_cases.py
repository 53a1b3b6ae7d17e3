"""The synthetic edge cases of the reference material, and which of them wait for later dialects."""

from __future__ import annotations

from typing import Any

import pytest

from core.bundle.parser import parse
from tests.bundle.corpus import edge_cases, needs_corpus

pytestmark = needs_corpus

LATER_FILES = {"edge-attr-name-variants": "tags of other dialects (boltAction, dyad-write, write_to_file …)"}
LATER_PARTS = {
    ("edge-edit-basic", "edits"): "edit blocks",
    ("edge-edit-search-gt", "edits"): "edit blocks",
    ("edge-shell-block", "commands"): "commands out of prose",
    ("edge-lazy", "warnings"): "the gate for placeholders",
}

SENTENCES = {
    "near-miss-close": "damaged closing tag",
    "unescaped": "that was undone",
    "duplicate": "came twice",
    "case-collision": "differ only in case",
}


def cases() -> list[Any]:
    return [pytest.param(case, id=case["id"], marks=later(case["id"])) for case in edge_cases()]


def later(name: str) -> list[pytest.MarkDecorator]:
    reason = LATER_FILES.get(name)
    return [pytest.mark.xfail(strict=True, reason=reason)] if reason else []


@pytest.mark.parametrize("case", cases())
def test_edge_case(case: dict[str, Any]) -> None:
    bundle, expected = parse(case["text"]), case["expect"]
    seen = {
        "files": {file.path: file.content for file in bundle.files},
        "truncated": bundle.truncated,
        "partial": {bundle.open_path: bundle.partial},
        "weak": list(bundle.weak),
        "unnamed": bundle.unnamed,
    }
    told = "\n".join(bundle.warnings)
    for part, value in expected.items():
        if (case["id"], part) in LATER_PARTS:
            continue
        if part == "warnings":
            assert all(SENTENCES[code.partition(":")[0]] in told for code in value), told
        elif part == "rejected":
            assert all(path in told for path in value), told
        else:
            assert seen[part] == value, part


def test_what_waits_is_still_in_the_list() -> None:
    known = {(case["id"], part) for case in edge_cases() for part in case["expect"]}
    assert set(LATER_PARTS) <= known
    assert {(name, "files") for name in LATER_FILES} <= known
