"""views.open, push, update and publish."""

from __future__ import annotations

from bot.simulators.slack import kit, kit_rules, shapes
from bot.simulators.slack.calls import Call, Method
from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.wire import arguments
from bot.simulators.slack.world import Json, Trigger, View, World

MOST_PUSHED = 3  # docs.slack.dev: views on one stack


def made_view(world: World, body: Json, user: str, workspace: str, previous: View | None = None) -> View:
    """A new view from a checked payload, on top of `previous`."""
    key = world.name("V")
    named = {**body, "blocks": kit.named(body["blocks"], world.name)}
    view = View(key, user, workspace, named, world.name("hash"), previous.root if previous else key)
    view.previous = previous.id if previous else None
    world.views[key] = view
    return view


def replace(world: World, view: View, body: Json) -> None:
    """New content for a view that is open. What stands in its fields is taken from the new content."""
    view.body = {**body, "blocks": kit.named(body["blocks"], world.name)}
    view.hash = world.name("hash")


def push(world: World, top: View, body: Json) -> View:
    """Raises `Refused`: push_limit_reached."""
    stack = world.stacks.setdefault(top.user, [])
    if len(stack) >= MOST_PUSHED:
        raise Refused("push_limit_reached")
    view = made_view(world, body, top.user, top.workspace, top)
    stack.append(view)
    return view


def _exchange(call: Call) -> Trigger:
    """Uses up the trigger. Raises `Refused`."""
    trigger = call.world.triggers.get(call.text("trigger_id") or call.text("interactivity_pointer"))
    if trigger is None or trigger.workspace != call.team.id:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if call.world.now() > trigger.expires:
        raise Refused("expired_trigger_id")
    trigger.used = True
    return trigger


def _checked(call: Call, *kinds: str) -> Json:
    view: Json = call.args["view"]
    kit_rules.check_view(view, kinds=kinds)
    external = view.get("external_id")
    if external and any(each.body.get("external_id") == external for each in call.world.views.values()):
        raise Refused("duplicate_external_id")
    return view


def _open(call: Call) -> Json:
    body = _checked(call, "modal")
    trigger = _exchange(call)
    view = made_view(call.world, body, trigger.user, call.team.id)
    call.world.stacks[trigger.user] = [view]
    return {"view": shapes.view_json(call.world, view)}


def _push(call: Call) -> Json:
    body = _checked(call, "modal")
    trigger = _exchange(call)
    stack = call.world.stacks.get(trigger.user)
    if not stack or trigger.view is None:
        raise Refused("invalid_trigger_id")
    return {"view": shapes.view_json(call.world, push(call.world, stack[-1], body))}


def _update(call: Call) -> Json:
    body: Json = call.args["view"]
    kit_rules.check_view(body, kinds=("modal", "home"))
    view = _found(call)
    if call.text("hash") and call.text("hash") != view.hash:
        raise Refused("hash_conflict")
    replace(call.world, view, body)
    return {"view": shapes.view_json(call.world, view)}


def _found(call: Call) -> View:
    if not call.text("view_id") and not call.text("external_id"):
        raise Refused("invalid_arguments", "[ERROR] either view_id or external_id is required")
    for view in call.world.views.values():
        named = call.text("view_id") == view.id or (
            call.text("external_id") != "" and call.text("external_id") == view.body.get("external_id")
        )
        open_now = view in call.world.stacks.get(view.user, []) or view in call.world.homes.values()
        if named and open_now and view.workspace == call.team.id:
            return view
    raise Refused("not_found")


def _publish(call: Call) -> Json:
    body: Json = call.args["view"]
    kit_rules.check_view(body, kinds=("home",))
    user = call.text("user_id")
    if user not in call.world.people:
        raise Refused("user_not_found")
    held = call.world.homes.get((call.team.id, user))
    if held is None:
        held = call.world.homes[call.team.id, user] = made_view(call.world, body, user, call.team.id)
    elif call.text("hash") and call.text("hash") != held.hash:
        raise Refused("hash_conflict")
    else:
        replace(call.world, held, body)
    return {"view": shapes.view_json(call.world, held)}


_TRIGGERED = arguments("trigger_id", "interactivity_pointer", "view!:object")
METHODS = {
    "views.open": Method(_open, _TRIGGERED, 4),
    "views.push": Method(_push, _TRIGGERED, 4),
    "views.update": Method(_update, arguments("view!:object", "view_id", "external_id", "hash"), 4),
    "views.publish": Method(_publish, arguments("user_id!", "view!:object", "hash"), 4),
}
