"""Slack's app manifest (Socket Mode): what the app asks a workspace for, each with its reason.

`python -m bot manifest slack` prints it to paste, `doctor` compares a token's scopes with it, and a test compares it
with the README.
"""

from __future__ import annotations

import json
from typing import Any

COMMAND = "/automation"

SCOPES = {
    "app_mentions:read": "hear `@Threadwright generate` in a thread",
    "channels:history": "read the messages of its threads in public channels",
    "channels:join": "join a public channel in which somebody opens a session",
    "channels:read": "notice that a public channel is archived or deleted; see who may read its sessions in the browser",
    "chat:write": "post, stream and edit its answers",
    "commands": f"offer `{COMMAND}`",
    "files:read": "read the text files that people drop into a thread",
    "files:write": "attach the generated files",
    "groups:history": "read the messages of its threads in private channels it was invited to",
    "groups:read": "notice that a private channel is archived or deleted; see who may read its sessions in the browser",
    "im:history": "read what a person writes to it directly",
    "im:write": "find a person's own conversation with it, and send a download there",
    "users:read": "tell the model who is speaking; see who is a guest or an admin",
}
"""Scopes of the bot token."""

APP_SCOPE = "connections:write"
"""The scope of the app-level token, which no manifest can ask for: it is made by hand."""

EVENTS = {
    "app_mention": "app_mentions:read",
    "channel_archive": "channels:read",
    "channel_deleted": "channels:read",
    "group_archive": "groups:read",
    "group_deleted": "groups:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
}
"""Events of the subscription, each with the scope that Slack demands for it."""


def slack_manifest() -> dict[str, Any]:
    """The manifest as Slack's format 2 has it.

    No `agent_view`: declaring it cannot be taken back (`docs/decisions/0001-no-agent-view.md`).
    """
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Threadwright",
            "description": "Turns a thread into code, files attached.",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Threadwright", "always_online": True},
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Open an automation session, or ask about one",
                    "usage_hint": "new [title] | list | status | dashboard | help",
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def manifest_text() -> str:
    """To paste."""
    return json.dumps(slack_manifest(), indent=2)
