"""The manifest against Slack's limits and against its own tables."""

from __future__ import annotations

from bot.manifest import EVENTS, SCOPES, slack_manifest


def test_every_event_has_its_scope() -> None:
    assert set(EVENTS.values()) <= SCOPES.keys()


def test_it_can_be_reverted_and_needs_no_address() -> None:
    manifest = slack_manifest()
    assert "agent_view" not in manifest["features"]
    assert manifest["settings"]["socket_mode_enabled"]
    assert "url" not in str(manifest)


def test_people_can_write_to_the_bot_and_press_its_buttons() -> None:
    manifest = slack_manifest()
    assert manifest["features"]["app_home"]["messages_tab_enabled"]
    assert not manifest["features"]["app_home"]["messages_tab_read_only_enabled"]
    assert manifest["settings"]["interactivity"] == {"is_enabled": True}


def test_texts_are_within_slacks_limits() -> None:
    manifest = slack_manifest()
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == "/automation"
