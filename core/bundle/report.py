"""A bundle as plain JSON values, for the command line's `parse`."""

from __future__ import annotations

from typing import Any

from core.bundle.model import Bundle


def as_json(bundle: Bundle) -> dict[str, Any]:
    """`files` {path: content} in order, `warnings`, `truncated`; a file that was cut is not among the files."""
    return {
        "files": {file.path: file.content for file in bundle.files},
        "warnings": list(bundle.warnings),
        "truncated": bundle.truncated,
    }
