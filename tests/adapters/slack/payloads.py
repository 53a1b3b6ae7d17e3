"""Slack's payloads, as short as the adapter needs them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from adapters.slack.threads import Bot

Json = dict[str, Any]

BOT = Bot("T1", "UBOT", "BBOT")
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TS = "1767323045.000100"
ROOT = "1767323000.000100"


def event(**fields: Any) -> Json:
    """An event; by default a reply of Ana in a thread of #general."""
    told = {
        "type": "message",
        "channel": "C1",
        "channel_type": "channel",
        "ts": TS,
        "user": "UANA",
        "team": "T1",
    }
    told |= {"thread_ts": ROOT, "text": "hello", "client_msg_id": "m-1", "event_ts": TS} | fields
    kept = {key: value for key, value in told.items() if value is not None}
    return {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": "Ev1",
        "event_time": 1767323045,
        "event": kept,
    }


def hidden(subtype: str, **fields: Any) -> Json:
    """An event about another message."""
    bare = dict.fromkeys(("user", "team", "thread_ts", "text", "client_msg_id"))
    return event(subtype=subtype, ts="1767323099.000100", **{**bare, **fields})


def slash(text: str, **fields: Any) -> Json:
    return {
        "command": "/automation",
        "text": text,
        "team_id": "T1",
        "channel_id": "C1",
        "channel_name": "general",
        "user_id": "UANA",
        "trigger_id": "trigger-1",
        "response_url": "http://127.0.0.1/answer",
    } | fields


def click(action_id: str, value: str = "S1", **fields: Any) -> Json:
    """A button of a message in a thread."""
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "UANA", "team_id": "T1"},
        "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": TS, "channel_id": "C1", "thread_ts": ROOT},
        "message": {"ts": TS, "thread_ts": ROOT},
        "actions": [{"action_id": action_id, "value": value, "action_ts": "1767323050.1"}],
        "trigger_id": "trigger-1",
        "response_url": "http://127.0.0.1/answer",
    } | fields


def submission(view: Json, values: Json) -> Json:
    """A form as it comes back; values by field."""
    state = {
        block["block_id"]: {block["block_id"]: _entry(block, values)}
        for block in view["blocks"]
        if block["type"] == "input"
    }
    return {
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": "UANA", "team_id": "T1"},
        "view": {**view, "id": "V1", "state": {"values": state}},
    }


def _entry(block: Json, values: Json) -> Json:
    field, element = block["block_id"], block["element"]
    if element["type"] == "static_select":
        return {"selected_option": {"value": values.get(field, element["initial_option"]["value"])}}
    return {"value": values.get(field, element.get("initial_value"))}
