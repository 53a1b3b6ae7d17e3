"""Clicks and forms on the wire: finding the element, block_actions and view_submission, and what their acks mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulators.shared.outcomes import ClientRefused
from bot.simulators.slack import kit, kit_rules, modals, shapes
from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.shown import Shown, ShownView
from bot.simulators.slack.world import APP_ID, Json, Message, Person, View, World

_REQUIRED = "Please complete this required field."


@dataclass(frozen=True, slots=True)
class Target:
    """Where a click lands: a message or a view."""

    blocks: list[Json]
    message: Message | None = None
    view: View | None = None


def target(world: World, user: str, where: Shown | ShownView | str, channel: str | None) -> Target:
    """Raises `ClientRefused` when the person does not see it."""
    key = where if isinstance(where, str) else where.id if isinstance(where, ShownView) else where.ts
    for view in [*world.stacks.get(user, []), *world.homes.values()]:
        if view.id == key and view.user == user:
            return Target(view.body["blocks"], view=view)
    for message in world.whispers:
        if message.ts == key and message.only_for == user:
            return Target(message.blocks, message)
    for place in world.channels.values():
        found = place.find(key) if channel in {None, place.id} and not place.deleted else None
        if found is not None and (place.kind == "channel" or user in place.members):
            return Target(found.blocks, found)
    raise ClientRefused(f"{user} sees nothing at {key}")


def element(blocks: list[Json], name: str, *, choice: bool) -> tuple[str, Json]:
    """The button or menu of that name, with its block id. Raises `ClientRefused`."""
    found = [each for each in kit.elements(blocks) if (each[1]["type"] in kit.CHOICES) == choice]
    for matches in (_is_action, _begins_action, _is_label):
        for block_id, each in found:
            if matches(each, name):
                return block_id, each
    seen = [f"{kit.label(each)} ({each['action_id']})" for _, each in found]
    raise ClientRefused(f"no {'menu' if choice else 'button'} {name!r} among {seen}")


def _is_action(each: Json, name: str) -> bool:
    return bool(each["action_id"] == name)


def _begins_action(each: Json, name: str) -> bool:
    return bool(each["action_id"].startswith(name))


def _is_label(each: Json, name: str) -> bool:
    sides = (each.get("positive_button"), each.get("negative_button"))
    return name in {kit.label(each), *(kit.label(side) for side in sides if side)}


def action(world: World, block_id: str, each: Json, name: str, option: str | None) -> Json:
    """The entry of ``actions``. LookupError when there is no such option."""
    made: Json = {"action_id": each["action_id"], "block_id": block_id, "type": each["type"]}
    made["action_ts"] = world.stamp()
    if option is not None:
        return {**made, **kit.state(each, kit.chosen(each, option))}
    if each["type"] == "feedback_buttons":
        side = "negative_button" if kit.label(each["negative_button"]) == name else "positive_button"
        return {**made, "text": each[side]["text"], "value": each[side].get("value", "")}
    return {**made, **{key: each[key] for key in ("text", "value", "style", "url") if key in each}}


def who(world: World, person: Person, workspace: str) -> Json:
    """The keys that every interactive payload begins with."""
    team = world.workspaces[workspace]
    name = person.name.lower().replace(" ", ".")
    return {
        "team": {"id": team.id, "domain": team.name}, "enterprise": None, "is_enterprise_install": False,
        "user": {"id": person.id, "username": name, "name": name, "team_id": person.workspace},
        "api_app_id": APP_ID, "token": "fake",
    }  # fmt: skip


def block_actions(world: World, person: Person, where: Target, done: Json) -> Json:
    place = (
        _in_message(world, person, where.message) if where.message else _in_view(world, person, where.view)
    )
    return {**place, "type": "block_actions", "actions": [done]}


def _in_message(world: World, person: Person, message: Message) -> Json:
    channel = world.channels[message.channel]
    container: Json = {
        "type": "message", "message_ts": message.ts, "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }  # fmt: skip
    if message.is_reply:
        container["thread_ts"] = message.thread
    team = channel.workspace if message.bot is None else message.workspace
    seen = {} if message.only_for else {"message": shapes.message_json(world, message, metadata=True)}
    name = {"group": "privategroup", "im": "directmessage"}.get(channel.kind, channel.name)
    return {
        **who(world, person, team), **seen, "container": container, "channel": {"id": channel.id, "name": name},
        "trigger_id": world.trigger(person.id, team), "state": {"values": kit.states(message.blocks, {})},
        "response_url": world.hook(team, channel.id, person.id, message),
    }  # fmt: skip


def _in_view(world: World, person: Person, view: View | None) -> Json:
    if view is None:
        raise ClientRefused("neither a message nor a view")
    values = kit.states(view.body["blocks"], {})
    return {
        **who(world, person, view.workspace), "container": {"type": "view", "view_id": view.id},
        "view": shapes.view_json(world, view, values), "trigger_id": world.trigger(person.id, view.workspace, view.id),
    }  # fmt: skip


# -- forms


def filled(view: View, values: Mapping[str, str]) -> dict[str, Any]:
    """What stands in every input after the person has typed. Raises `ClientRefused` as the form itself would."""
    blocks = {block["block_id"]: block for block in kit.inputs(view.body["blocks"])}
    unknown = values.keys() - blocks.keys()
    if unknown:
        raise ClientRefused(f"no fields {sorted(unknown)}; there are {sorted(blocks)}")
    standing: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for block_id, block in blocks.items():
        standing[block_id] = _typed(block["element"], values.get(block_id))
        wrong = _wrong(block, standing[block_id])
        if wrong:
            errors[block_id] = wrong
    if errors:
        raise ClientRefused(f"the form refuses: {errors}", errors)
    return standing


def _typed(element: Json, value: str | None) -> Any:
    if value is None:
        return kit.initial(element)
    if element["type"] not in kit.CHOICES:
        return value
    try:
        return kit.chosen(element, value)
    except LookupError as missing:
        raise ClientRefused(str(missing)) from None


def _wrong(block: Json, value: Any) -> str | None:
    if not value:
        return None if block.get("optional") else _REQUIRED
    if block["element"]["type"] != "plain_text_input":
        return None
    longest, shortest = block["element"].get("max_length", 3000), block["element"].get("min_length", 0)
    if len(value) > longest:
        return f"Must be at most {longest} characters"
    return f"Must be at least {shortest} characters" if len(value) < shortest else None


def submission(world: World, person: Person, view: View, standing: dict[str, Any]) -> Json:
    values = kit.states(view.body["blocks"], standing)
    return {
        **who(world, person, view.workspace), "type": "view_submission", "response_urls": [],
        "view": shapes.view_json(world, view, values), "trigger_id": world.trigger(person.id, view.workspace, view.id),
    }  # fmt: skip


def after_submit(world: World, stack: list[View], top: View, answer: Json) -> Mapping[str, str]:
    """Does what the ack says; the errors by field. Raises `Refused` when the answer is no good."""
    match answer.get("response_action"):
        case None:
            if answer:
                raise Refused("invalid_response", f"[ERROR] no response_action in {sorted(answer)}")
            stack.remove(top)
        case "clear":
            stack.clear()
        case "update" | "push" as how:
            kit_rules.check_view(answer["view"], kinds=("modal",))
            if how == "push":
                modals.push(world, top, answer["view"])
            else:
                modals.replace(world, top, answer["view"])
        case "errors":
            return _field_errors(top, answer.get("errors") or {})
        case other:
            raise Refused("invalid_response", f"[ERROR] response_action {other}")
    return {}


def _field_errors(top: View, errors: Mapping[str, str]) -> Mapping[str, str]:
    known = {block["block_id"] for block in kit.inputs(top.body["blocks"])}
    if not errors or errors.keys() - known:
        raise Refused("invalid_response", f"[ERROR] errors name {sorted(errors)}, fields are {sorted(known)}")
    return errors
