"""Discord's official OpenAPI file, holding every request that was taken and every answer against its schemas."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import jsonschema_rs

from bot.simulators.discord import Exchange

SPEC = Path(__file__).parents[4] / "shared" / "specs" / "discord-openapi.json"
MISSING = "Discord's OpenAPI file (../shared) is not here"
_WHERE = "https://discord.invalid/openapi.json"


class Official:
    """Add `check` to the simulator's listeners; what is wrong gathers in ``violations``."""

    def __init__(self) -> None:
        self._spec = spec()
        self.violations: list[str] = []
        self.operations: set[str] = set()

    def check(self, exchange: Exchange) -> None:
        """A request that was refused may be as wrong as it likes; its answer may not."""
        operation = self._spec["paths"][exchange.path][exchange.method.lower()]
        assert operation["operationId"] == exchange.operation
        self.operations.add(exchange.operation)
        if exchange.status < 300 and exchange.body is not None and "requestBody" in operation:
            # A multipart body's schema knows no payload_json: that one has to satisfy the schema of JSON bodies.
            content = operation["requestBody"]["content"]["application/json"]
            self._hold(f"{exchange.operation} request", content["schema"], exchange.body, of_requests=True)
        self._check_answer(exchange, operation["responses"])

    def _check_answer(self, exchange: Exchange, responses: dict[str, Any]) -> None:
        status = str(exchange.status)
        if status == "204":
            assert status in responses or "requestBody" in responses or exchange.answer is None
            return
        found = responses.get(status) or (responses["4XX"] if 400 <= exchange.status < 500 else None)
        if found is None:
            self.violations.append(f"{exchange.operation}: {status} is no answer of it")
            return
        schema = resolved(self._spec, found)["content"]["application/json"]["schema"]
        self._hold(f"{exchange.operation} {status}", schema, exchange.answer)

    def hold(self, name: str, value: Any) -> None:
        """Anything against one of the file's schemas."""
        self._hold(name, {"$ref": f"#/components/schemas/{name}"}, value)

    def _hold(self, what: str, schema: Any, value: Any, *, of_requests: bool = False) -> None:
        for error in _validator(json.dumps(schema, sort_keys=True), of_requests=of_requests).iter_errors(
            value
        ):
            self.violations.append(f"{what}: {error.message[:400]} at {error.instance_path}")


def resolved(spec: Any, node: Any) -> Any:
    while "$ref" in node:
        found = spec
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        node = found
    return node


@functools.cache
def spec(*, of_requests: bool = False) -> Any:
    """The file, with its faults mended (../shared/notes/discord.md, and what the real platform answers)."""
    loaded = json.loads(SPEC.read_text())
    schemas = loaded["components"]["schemas"]
    # The errors inside of 50035 carry names like BASE_TYPE_MAX_LENGTH, not numbers.
    texts = {"code": {"type": "string"}, "message": {"type": "string"}}
    inner = {"type": "object", "properties": texts, "required": ["code", "message"]}
    schemas["InnerErrors"]["properties"]["_errors"]["items"] = inner
    if of_requests:
        # discord.py writes ids as integers here and there, its numbers of attachments for one; Discord takes them.
        schemas["SnowflakeType"] = {"oneOf": [schemas["SnowflakeType"], {"type": "integer"}]}
    return loaded


@functools.cache
def _validator(schema: str, *, of_requests: bool) -> Any:
    registry = jsonschema_rs.Registry([(_WHERE, spec(of_requests=of_requests))])
    return jsonschema_rs.validator_for(json.loads(schema.replace('"#/', f'"{_WHERE}#/')), registry=registry)
