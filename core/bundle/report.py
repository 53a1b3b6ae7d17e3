"""A bundle as plain JSON values, for the command line's `parse`."""

from __future__ import annotations

from typing import Any

from core.bundle.model import Bundle


def as_json(bundle: Bundle) -> dict[str, Any]:
    """`files` {path: content} in order, `warnings`, `truncated`; a file that was cut is not among the files. Only where
    there are any: `edits` {path: [[old, new], …]}, `deleted`, `renamed` [[from, to], …], `commands`, and the bundle's
    `unnamed` and `weak`."""
    rest = {
        "edits": {
            edit.path: [[change.search, change.replace] for change in edit.changes] for edit in bundle.edits
        },
        "deleted": list(bundle.deleted),
        "renamed": [list(pair) for pair in bundle.renamed],
        "commands": list(bundle.commands),
        "unnamed": bundle.unnamed,
        "weak": list(bundle.weak),
    }
    return {
        "files": {file.path: file.content for file in bundle.files},
        "warnings": list(bundle.warnings),
        "truncated": bundle.truncated,
        **{name: value for name, value in rest.items() if value},
    }
