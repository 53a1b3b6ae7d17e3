"""What people do: speak, edit, delete, type slash commands, click, fill in forms. Each act goes out as Slack sends it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bot.simulators.shared.outcomes import ClientRefused, NotAcked
from bot.simulators.slack import forms, kit, shapes
from bot.simulators.slack.calls import Platform, open_direct
from bot.simulators.slack.chat import erase, root_of
from bot.simulators.slack.hooks import respond
from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.shown import Shown, ShownView, Upload
from bot.simulators.slack.typing_in import typed
from bot.simulators.slack.world import (
    APP_ID,
    BotAuthor,
    Channel,
    Json,
    Message,
    Person,
    StoredFile,
    View,
    World,
)


class People:
    """The hands of the people."""

    _platform: Platform

    # -- the Slack client of a person

    def _as(self, user: str, channel: str) -> tuple[World, Person, Channel]:
        """The person and a channel they can write to. Whoever speaks in a public channel has joined it."""
        world = self._platform.world
        person, place = world.people[user], world.channels[channel]
        if place.archived or place.deleted:
            raise ClientRefused(f"#{place.name} is {'deleted' if place.deleted else 'archived'}")
        if user not in place.members and place.kind != "channel":
            raise ClientRefused(f"{person.name} is not in {place.name}")
        place.members.add(user)
        if person.workspace not in place.workspaces:
            place.workspaces.append(person.workspace)
        return world, person, place

    async def say(
        self, user: str, channel: str, text: str, *, thread: str | None = None, mention: bool = False,
        files: Sequence[Upload] = (), copies: int = 1, subtype: str | None = None, ago: float = 0.0, wait: bool = True,
    ) -> str:  # fmt: skip
        """Says something; returns its ts when the program has acked the events, if it gets any.

        ``copies``: how often the same event is delivered. ``subtype``: thread_broadcast, me_message; files make it a
        file_share. ``ago``: seconds that it was really said earlier. ``wait=False``: do not wait for the acks.
        Raises `NotAcked`, `ClientRefused`.
        """
        world, person, place = self._as(user, channel)
        message = Message(world.stamp(ago), channel, person.workspace, user, thread=_root(place, thread))
        bot = world.workspaces[place.workspace].bot_user
        message.text = typed(f"<@{bot}> {text}" if mention else text)
        message.subtype = "file_share" if files else subtype
        message.client_msg_id = world.name("client-msg-")
        message.files = [self._stored(person, place, message, each) for each in files]
        place.add(message)
        return await self._out(message, copies=copies, wait=wait)

    async def _out(self, message: Message, *, copies: int, wait: bool) -> str:
        sent = self._platform.events.posted(message, copies=copies)
        self._platform.world.touch()
        if wait:
            await self._platform.sockets.settled(sent)
        return message.ts

    def _stored(self, person: Person, place: Channel, message: Message, upload: Upload) -> StoredFile:
        world = self._platform.world
        key, size = world.name("F"), len(upload.data)
        made = (key, upload.name, upload.title, upload.kind, person.id, place.workspace, size, world.now())
        file = StoredFile(*made, data=upload.data, completed=True)
        file.shares[place.id] = [(message.ts, message.thread)]
        world.files[key] = file
        return file

    async def say_as_bot(
        self, name: str, channel: str, text: str, *, thread: str | None = None, classic: bool = False
    ) -> str:
        """Another app's bot says something. ``classic``: the old kind, subtype bot_message, without a user."""
        world, place = self._platform.world, self._platform.world.channels[channel]
        key = "".join(filter(str.isalnum, name)).upper()
        message = Message(
            world.stamp(), channel, place.workspace, "" if classic else f"U{key}", text, thread=thread
        )
        message.bot = BotAuthor(f"B{key}", f"A{key}", name, classic)
        message.subtype = "bot_message" if classic else None
        message.username = name if classic else ""
        place.add(message)
        return await self._out(message, copies=1, wait=True)

    def _own(self, user: str, channel: str, ts: str) -> tuple[World, Channel, Message]:
        world, _, place = self._as(user, channel)
        message = place.find(ts)
        if message is None or message.user != user:
            raise ClientRefused(f"{ts} is no message of {user}")
        return world, place, message

    async def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Raises `NotAcked`, `ClientRefused`."""
        world, _, message = self._own(user, channel, ts)
        before = shapes.message_json(world, message)
        message.text, message.edited = typed(text), (user, world.stamp())
        sent = self._platform.events.changed(message, before)
        world.touch()
        await self._platform.sockets.settled(sent)

    async def delete(self, user: str, channel: str, ts: str) -> None:
        """A root with replies leaves a tombstone. Raises `NotAcked`, `ClientRefused`."""
        world, place, message = self._own(user, channel, ts)
        sent = erase(world, self._platform.events, place, message)
        world.touch()
        await self._platform.sockets.settled(sent)

    async def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """Adds an emoji to a message."""
        _, _, place = self._as(user, channel)
        message = place.find(ts)
        if message is None:
            raise ClientRefused(f"no message {ts}")
        message.reactions.setdefault(name, []).append(user)
        item = {"type": "message", "channel": channel, "ts": ts}
        event = {
            "type": "reaction_added",
            "user": user,
            "reaction": name,
            "item": item,
            "item_user": message.user,
        }
        await self._platform.sockets.settled(self._platform.events.told(place, event, scope="reactions:read"))

    # -- commands, buttons, forms

    async def slash(self, user: str, channel: str, text: str, command: str = "/automation") -> None:
        """Types a slash command, in any channel or direct message; threads have none. Raises `NotAcked`."""
        world, person, place = self._as(user, channel)
        team = world.workspaces[place.workspace]
        if person.workspace != team.id:
            raise ClientRefused("people of another workspace have no slash commands here")
        hidden = {"group": "privategroup", "im": "directmessage"}
        url = world.hook(team.id, channel, user)
        payload = {
            "token": "fake", "team_id": team.id, "team_domain": team.name, "channel_id": channel,
            "channel_name": hidden.get(place.kind, place.name), "user_id": user,
            "user_name": person.name.lower().replace(" ", "."), "command": command, "text": text,
            "api_app_id": APP_ID, "is_enterprise_install": "false", "response_url": url,
            "trigger_id": world.trigger(user, team.id),
        }  # fmt: skip
        said = await self._platform.sockets.ask("slash_commands", payload, answered=True)
        if said:
            self._answer_in_ack(url, said)

    def _answer_in_ack(self, url: str, said: Json) -> None:
        """An ack may carry the answer, as a response_url would take it."""
        world = self._platform.world
        try:
            respond(self._platform, world.hooks[url.rpartition("/")[2]], said)
        except Refused as refused:
            world.problems.append(f"the ack of a slash command: {refused.error} {list(refused.messages)}")
        world.touch()

    async def click(
        self, user: str, message: Shown | ShownView | str, action_id: str, *, channel: str | None = None
    ) -> None:
        """Presses a button, named by the beginning of its action id or its label. Raises `NotAcked`, `ClientRefused`."""
        await self._act(user, message, action_id, channel, None)

    async def choose(
        self,
        user: str,
        message: Shown | ShownView | str,
        action_id: str,
        option: str,
        *,
        channel: str | None = None,
    ) -> None:
        """Picks from a menu that stands outside of a form, by value or label. Raises `NotAcked`, `ClientRefused`."""
        await self._act(user, message, action_id, channel, option)

    async def _act(
        self, user: str, where: Shown | ShownView | str, name: str, channel: str | None, option: str | None
    ) -> None:
        world, person = self._platform.world, self._platform.world.people[user]
        target = forms.target(world, user, where, channel)
        block_id, element = forms.element(target.blocks, name, choice=option is not None)
        try:
            action = forms.action(world, block_id, element, name, option)
        except LookupError as missing:
            raise ClientRefused(str(missing)) from None
        payload = forms.block_actions(world, person, target, action)
        answer = await self._platform.sockets.ask("interactive", payload, answered=False)
        if answer:
            world.problems.append(f"an ack of block_actions carries a payload: {json.dumps(answer)}")

    async def submit(
        self, user: str, values: Mapping[str, str], *, view: ShownView | None = None
    ) -> Mapping[str, str]:
        """Fills in and sends the form on top. {} when it was accepted, else the error text of each field.

        ``values``: by block id; a field not named keeps what stands in it. Raises `ClientRefused` for what the form
        itself would refuse, `NotAcked` when the person is told that there was trouble connecting.
        """
        world, person = self._platform.world, self._platform.world.people[user]
        stack = world.stacks.get(user) or []
        if not stack or (view is not None and stack[-1].id != view.id):
            raise ClientRefused("no such form is open")
        top = stack[-1]
        payload = forms.submission(world, person, top, forms.filled(top, values))
        answer = await self._platform.sockets.ask("interactive", payload, answered=True)
        return self._after_submit(stack, top, answer)

    def _after_submit(self, stack: list[View], top: View, answer: Json) -> Mapping[str, str]:
        try:
            return forms.after_submit(self._platform.world, stack, top, answer)
        except Refused as refused:
            self._platform.world.problems.append(f"view_submission: {refused.error} {list(refused.messages)}")
            raise NotAcked("the answer to the form was no good: the person sees trouble connecting") from None
        finally:
            self._platform.world.touch()

    async def dismiss(self, user: str) -> None:
        """Closes the form on top; the program hears of it if it asked to. Raises `NotAcked`."""
        world = self._platform.world
        top = world.stacks[user].pop()
        world.touch()
        if top.body.get("notify_on_close"):
            payload = {
                **forms.who(world, world.people[user], top.workspace), "type": "view_closed",
                "view": shapes.view_json(world, top, kit.states(top.body["blocks"], {})), "is_cleared": False,
            }  # fmt: skip
            await self._platform.sockets.ask("interactive", payload, answered=False)

    async def open_home(self, user: str, tab: str = "home") -> None:
        """Opens the app's home; with ``tab="messages"`` the direct message. Raises `NotAcked`."""
        world = self._platform.world
        team = world.home_of(user)
        held = world.homes.get((team.id, user))
        event = {
            "type": "app_home_opened",
            "user": user,
            "channel": open_direct(world, team, user).id,
            "tab": tab,
        }
        view = {"view": shapes.view_json(world, held)} if held and tab == "home" else {}
        await self._platform.sockets.settled(self._platform.events.direct(team.id, {**event, **view}))

    async def press_stop(self, user: str, channel: str, thread: str) -> None:
        """The native Stop button of an agent session that is processing. Raises `NotAcked`, `ClientRefused`."""
        world, _, place = self._as(user, channel)
        if world.sessions.get((channel, thread)) != "processing":
            raise ClientRefused("there is no Stop button")
        running = [
            each
            for each in place.replies(thread)
            if each.stream is not None and each.stream.alive(world.now())
        ]
        for message in running:
            if message.stream is not None:
                message.stream.stopped_by_user = True
        event = {
            "type": "agent_session_stopped", "channel": channel, "thread_ts": thread, "user": user,
            "streaming_message_ts": [each.ts for each in running],
        }  # fmt: skip
        await self._platform.sockets.settled(self._platform.events.told(place, event))


def _root(place: Channel, thread: str | None) -> str | None:
    """Where a reply goes. Raises `ClientRefused`."""
    try:
        return root_of(place, thread or "")
    except Refused:
        raise ClientRefused(f"no message {thread} to reply to") from None
