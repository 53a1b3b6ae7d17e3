"""OpenRouter's official OpenAPI file as a judge of what is sent and what is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

_FILE = Path(__file__).parents[4] / "shared" / "specs" / "openrouter-openapi.min.json"

needs_specification = pytest.mark.skipif(
    not _FILE.exists(),
    reason="the official OpenAPI file of OpenRouter is not beside the project (../shared/specs)",
)


class Specification:
    """``closed``: fields that the file does not know are wrong. It leaves objects open, since the service adds fields
    without notice; what we send has to be in it all the same."""

    def __init__(self, *, closed: bool) -> None:
        document = json.loads(_FILE.read_bytes())
        self._paths = document["paths"]
        self._components = document["components"]
        if closed:
            for schema in self._components["schemas"].values():
                if "properties" in schema:
                    schema.setdefault("unevaluatedProperties", False)
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    def problems(self, name: str, value: object) -> list[str]:
        """What is wrong with `value` as the schema `name`; empty when nothing is."""
        return self._judged(name, {"$ref": f"#/components/schemas/{name}"}, value)

    def problems_of_answer(self, method: str, path: str, status: int, value: object) -> list[str]:
        """The same for the JSON body of an answer."""
        content = self._paths[path][method]["responses"][str(status)]["content"]
        return self._judged(f"{method} {path} {status}", content["application/json"]["schema"], value)

    def _judged(self, name: str, schema: Mapping[str, Any], value: object) -> list[str]:
        if name not in self._validators:
            self._validators[name] = jsonschema_rs.validator_for({**schema, "components": self._components})
        errors = self._validators[name].iter_errors(value)
        return [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in errors]
