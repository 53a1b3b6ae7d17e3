"""auth.*, users.info, team.info, bots.info, apps.connections.open, and what an assistant says about itself."""

from __future__ import annotations

from bot.simulators.slack import shapes
from bot.simulators.slack.calls import Call, Method
from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.wire import arguments
from bot.simulators.slack.world import APP_ID, APP_NAME, Json

LOADING_MESSAGES = 10  # docs.slack.dev: assistant.threads.setStatus
_SESSION = {"active", "processing", "suspended", "closed"}
_LOOKS = ("icon_emoji", "icon_url", "username")


def _auth_test(call: Call) -> Json:
    team = call.team
    return {
        "url": f"{call.world.base}/", "team": team.name, "user": "threadwright", "team_id": team.id,
        "user_id": team.bot_user, "bot_id": team.bot_id, "is_enterprise_install": False,
    }  # fmt: skip


def _auth_revoke(call: Call) -> Json:
    if call.args.get("test"):
        return {"revoked": False}
    call.team.revoked = True
    return {"revoked": True}


def _user(call: Call) -> Json:
    person = call.world.people.get(call.text("user"))
    if person is None:
        raise Refused("user_not_found")
    return {"user": shapes.user_json(person, call.team)}


def _team(call: Call) -> Json:
    wanted = call.text("team") or call.team.id
    found = call.world.workspaces.get(wanted)
    if found is None:
        raise Refused("team_not_found")
    return {"team": shapes.team_json(found)}


def _bot(call: Call) -> Json:
    if call.text("bot") not in {"", call.team.bot_id}:
        raise Refused("bot_not_found")
    about = {"id": call.team.bot_id, "deleted": False, "name": APP_NAME, "updated": 1}
    return {"bot": {**about, "app_id": APP_ID, "user_id": call.team.bot_user}}


def _connect(call: Call) -> Json:
    return {"url": call.platform.sockets.ticket()}


def _thread(call: Call) -> tuple[str, str]:
    channel = call.channel("channel_id")
    thread = call.text("thread_ts")
    if thread and channel.find(thread) is None:
        raise Refused("thread_not_found")
    if call.team.bot_user not in channel.members:
        raise Refused("not_in_channel")
    return channel.id, thread


def _status(call: Call) -> Json:
    place = _thread(call)
    if len(call.args.get("loading_messages") or []) > LOADING_MESSAGES:
        raise Refused("invalid_arguments", f"[ERROR] at most {LOADING_MESSAGES} loading_messages")
    if call.text("status"):
        call.world.statuses[place] = call.text("status")
    else:
        call.world.statuses.pop(place, None)
    return {}


def _session(call: Call) -> Json:
    place = _thread(call)
    if call.text("status") not in _SESSION:
        raise Refused("invalid_arguments", f"[ERROR] status must be one of {sorted(_SESSION)}")
    call.world.sessions[place] = call.text("status")
    return {}


def _noted(call: Call) -> Json:
    """Titles and suggested prompts: accepted, shown nowhere."""
    _thread(call)
    return {}


_THREAD = ("channel_id!", "thread_ts!")
METHODS = {
    "auth.test": Method(_auth_test, arguments(), 0),
    "auth.revoke": Method(_auth_revoke, arguments("test:bool"), 3),
    "users.info": Method(_user, arguments("user!", "include_locale:bool"), 4, ("users:read",)),
    "team.info": Method(
        _team, arguments("team", "domain", "include_slackbot_availability:bool"), 3, ("team:read",)
    ),
    "bots.info": Method(_bot, arguments("bot"), 3, ("users:read",)),
    "apps.connections.open": Method(_connect, arguments(), 3, app_level=True),
    "assistant.threads.setStatus": Method(
        _status, arguments(*_THREAD, "status", "loading_messages:list", *_LOOKS), 0, ("chat:write",)
    ),
    "assistant.threads.setTitle": Method(_noted, arguments(*_THREAD, "title!"), 3, ("chat:write",)),
    "assistant.threads.setSuggestedPrompts": Method(
        _noted, arguments("channel_id!", "thread_ts", "title", "prompts!:list"), 4, ("chat:write",)
    ),
    "agents.sessions.setStatus": Method(
        _session,
        arguments("channel_id!", "status!", "thread_ts", "title", "initiator_user_id", *_LOOKS),
        3,
        ("chat:write",),
    ),
    "agents.sessions.rename": Method(
        _noted, arguments("channel_id!", "title!", "thread_ts"), 3, ("chat:write",)
    ),
}
