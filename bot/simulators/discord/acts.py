"""What people do with the application: type commands, press buttons, choose from menus, send forms."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bot.simulators.discord.attachments import limit
from bot.simulators.discord.calls import Platform
from bot.simulators.discord.components import BUTTON, SELECTS, STRING_SELECT, button_label, named, options
from bot.simulators.discord.forms import chosen_value, shown_modal, submission
from bot.simulators.discord.message_shapes import message_json, owners
from bot.simulators.discord.options import Resolved, typed
from bot.simulators.discord.permissions import granted, may
from bot.simulators.discord.shapes import member_json, partial_channel_json, user_json
from bot.simulators.discord.shown import Shown, ShownModal
from bot.simulators.discord.things import COMMAND, COMPONENT, MODAL, Channel, Interaction, Json, Message
from bot.simulators.discord.world import APP, World
from bot.simulators.shared.outcomes import ClientRefused, NotAcked


class Acts:
    """The hands of the people at the application's own things. Every act returns when it was answered."""

    _platform: Platform

    async def slash(
        self, user: str, channel: str, text: str, options: Mapping[str, Any] | None = None
    ) -> None:
        """Types a registered command, like "automation new", in a channel, thread or direct message. ``options``:
        values by name; choices by their name or value, users and channels by id, files as `Upload`.

        Raises `NotAcked`, `ClientRefused`.
        """
        world, place = self._seen(user, channel)
        if place.thread and (place.thread.archived or place.thread.locked):
            raise ClientRefused("there are no commands in an archived or locked thread")
        if not may(world, user, place, "use_application_commands"):
            raise ClientRefused(f"{world.called(user)} may not use commands here")
        data = typed(world, user, place, text, options or {})
        await self._ask(self._interaction(COMMAND, user, place), data)

    async def click(self, user: str, message: Shown | str, button: str) -> None:
        """Presses a button, named by its label or the beginning of its custom id. Raises `NotAcked`, `ClientRefused`."""
        source, found = self._component(user, message, button, {BUTTON})
        if "custom_id" not in found:
            raise ClientRefused(f"{button_label(found)} opens {found.get('url') or 'the shop'}")
        await self._use(user, source, found, {})

    async def select(self, user: str, message: Shown | str, menu: str, *values: str) -> None:
        """Chooses from a menu, named by its placeholder or the beginning of its custom id. ``values``: options by
        label or value; users, roles and channels by id. Raises `NotAcked`, `ClientRefused`."""
        source, found = self._component(user, message, menu, SELECTS)
        given = dict(options(found))
        picked = [given.get(each, each) for each in values]
        if found["type"] == STRING_SELECT and not set(given.values()).issuperset(picked):
            raise ClientRefused(f"{picked} are none of {list(given.items())}")
        if not found["min_values"] <= len(picked) <= found["max_values"]:
            raise ClientRefused(f"{len(picked)} chosen, not {found['min_values']} to {found['max_values']}")
        resolved = Resolved(self._platform.world, self._platform.world.channels[source.channel], user)
        chosen: Json = {"values": [chosen_value(found["type"], each, resolved) for each in picked]}
        await self._use(
            user, source, found, chosen | ({"resolved": resolved.found} if resolved.found else {})
        )

    async def submit(self, user: str, values: Mapping[str, Any], *, modal: ShownModal | None = None) -> None:
        """Fills in and sends the form that is open. ``values``: by custom id or label: a text, an option or several
        by value or label, True for a checkbox, `Upload`s for files; a field not named keeps what stands in it.

        Raises `ClientRefused` for what the form itself would refuse, `NotAcked` when the person is told that
        something went wrong; then the form stays open.
        """
        world = self._platform.world
        form = world.forms.get(user)
        if form is None or (modal is not None and form.custom_id != modal.custom_id):
            raise ClientRefused("no such form is open")
        channel = world.channels[form.opener.channel]
        data = submission(form, values, Resolved(world, channel, user))
        interaction = self._interaction(MODAL, user, channel)
        interaction.opener, interaction.source = form.opener, form.opener.source
        await self._ask(interaction, data)
        if world.forms.get(user) is form:
            del world.forms[user]
            world.touch()

    async def dismiss(self, user: str) -> None:
        """Closes the form; the program never hears of it."""
        self._platform.world.forms.pop(user, None)
        self._platform.world.touch()

    def modal(self, user: str) -> ShownModal | None:
        """The form that is open."""
        form = self._platform.world.forms.get(user)
        return shown_modal(user, form) if form else None

    # -- how it goes out

    def _seen(self, user: str, channel: str) -> tuple[World, Channel]:
        """A channel that the person sees. Raises `ClientRefused`."""
        world = self._platform.world
        place = world.channels[channel]
        if place.deleted or user not in world.people or not granted(world, user, place):
            raise ClientRefused(f"{world.called(user)} does not see {place.name or channel}")
        return world, place

    def _component(self, user: str, message: Shown | str, name: str, kinds: Any) -> tuple[Message, Json]:
        world = self._platform.world
        key = message if isinstance(message, str) else message.id
        source = world.message(None, key)
        if source is None or source.only_for not in (None, user):
            raise ClientRefused(f"{world.called(user)} sees no message {key}")
        _, place = self._seen(user, source.channel)
        if place.thread and place.thread.locked:
            raise ClientRefused("the thread is locked")
        try:
            found = named(source.components, kinds, name)
        except LookupError as missing:
            raise ClientRefused(str(missing)) from None
        if found.get("disabled"):
            raise ClientRefused(f"{name} is greyed out")
        return source, found

    async def _use(self, user: str, source: Message, component: Json, chosen: Json) -> None:
        channel = self._platform.world.channels[source.channel]
        interaction = self._interaction(COMPONENT, user, channel)
        interaction.source = source
        data = {
            "component_type": component["type"],
            "custom_id": component["custom_id"],
            "id": component["id"],
        }
        await self._ask(interaction, {**data, **chosen})

    def _interaction(self, kind: int, user: str, channel: Channel) -> Interaction:
        world = self._platform.world
        token = world.name("fake-interaction-")
        made = Interaction(world.snowflake(), token, kind, user, channel.id, channel.guild, world.now())
        world.interactions[token] = made
        return made

    async def _ask(self, interaction: Interaction, data: Json) -> None:
        """Delivers and waits for the answer. Raises `NotAcked`."""
        world, gateway = self._platform.world, self._platform.gateway
        if not any(each.carries(interaction.guild) for each in (*gateway.ready, *gateway.waiting)):
            interaction.expired = True
            raise NotAcked("the application did not respond: it is not connected")
        self._platform.events.interaction(payload(world, interaction, data))
        ends = interaction.created + world.answer_seconds
        with suppress(TimeoutError):
            await world.until(
                lambda: interaction.answer is not None or world.now() > ends, world.answer_seconds
            )
        if interaction.answer is None:
            interaction.expired = True
            raise NotAcked("the application did not respond")


def payload(world: World, interaction: Interaction, data: Json) -> Json:
    """INTERACTION_CREATE."""
    channel, person = world.channels[interaction.channel], world.people[interaction.user]
    made: Json = {
        "id": interaction.id, "application_id": APP, "type": interaction.kind, "data": data, "token": interaction.token,
        "version": 1, "channel_id": channel.id, "channel": partial_channel_json(world, channel, person.id),
        "locale": person.locale, "entitlements": [], "authorizing_integration_owners": owners(interaction),
        "context": 0 if interaction.guild else 1, "app_permissions": str(granted(world, APP, channel)),
        "attachment_size_limit": limit(world, channel),
    }  # fmt: skip
    if interaction.source is not None:
        made["message"] = message_json(world, interaction.source)
    guild = world.guild_of(channel)
    if guild is None:
        return {**made, "user": user_json(person)}
    member = member_json(world, guild.members[person.id], person.id)
    member["permissions"] = str(granted(world, person.id, channel))
    about = {"id": guild.id, "locale": "en-US", "features": []}
    return {**made, "guild_id": guild.id, "guild_locale": "en-US", "guild": about, "member": member}
