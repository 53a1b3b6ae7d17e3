"""The synthetic edge cases of the reference material, every part of every one."""

from __future__ import annotations

from typing import Any

import pytest

from core.bundle.parser import parse
from tests.bundle.corpus import edge_cases, needs_corpus

pytestmark = needs_corpus

SENTENCES = {
    "near-miss-close": "damaged closing tag",
    "unescaped": "that was undone",
    "duplicate": "came twice",
    "case-collision": "differ only in case",
    "lazy": "seems to be abridged",
}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in edge_cases()])
def test_edge_case(case: dict[str, Any]) -> None:
    bundle, expected = parse(case["text"]), case["expect"]
    seen = {
        "files": {file.path: file.content for file in bundle.files},
        "truncated": bundle.truncated,
        "partial": {bundle.open_path: bundle.partial},
        "weak": list(bundle.weak),
        "unnamed": bundle.unnamed,
        "edits": {edit.path: [[one.search, one.replace] for one in edit.changes] for edit in bundle.edits},
        "commands": list(bundle.commands),
    }
    told = "\n".join(bundle.warnings)
    for part, value in expected.items():
        if part == "warnings":
            assert all(SENTENCES[code.partition(":")[0]] in told for code in value), told
        elif part == "rejected":
            assert all(path in told for path in value), told
        else:
            assert seen[part] == value, part
