"""Everything the simulated Discord remembers: guilds, people, channels, messages, interactions, forms.

Plain state with a clock and a change notification; what the wire says about it is in `shapes`, what people read of
it in `reading`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.simulators.discord.things import (
    Attachment,
    Channel,
    Form,
    Guild,
    Interaction,
    Member,
    Message,
    Person,
    Role,
)
from bot.simulators.shared.watching import MovingWorld

Json = dict[str, Any]

APP = "900"  # the application, and its bot user
TOKEN = "OTAw.fake.fake"  # noqa: S105 - obviously fake; hikari reads the bot's id out of the first part
GUILD = "200"  # the guild that is there from the start
OWNER = "199"  # owns every guild and moderates when nobody else does
EPOCH = 1_420_070_400  # docs.discord.com, snowflakes count milliseconds from 2015 on
NONCE_SECONDS = 300.0  # docs.discord.com, enforce_nonce: "the past few minutes"
UPLOAD_SECONDS = 24 * 3600.0  # how long a signed attachment address works; unofficial


class World(MovingWorld):
    """``base``: the address of the simulator, without a slash at the end. ``privileged``: the intents that are
    switched on for the application, of message_content, members and presences. ``answer_seconds``: how long the
    first answer to an interaction may take, 3 on the real platform."""

    def __init__(self, privileged: frozenset[str], answer_seconds: float) -> None:
        super().__init__()
        self.base = ""
        self.answer_seconds = answer_seconds
        self.privileged = privileged
        self.people = {
            APP: Person(APP, "Threadwright", is_bot=True),
            OWNER: Person(OWNER, "Owner"),
        }
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.whispers: list[Message] = []
        self.attachments: dict[str, Attachment] = {}
        self.interactions: dict[str, Interaction] = {}
        self.forms: dict[str, Form] = {}
        self.commands: dict[str | None, dict[str, Json]] = {None: {}}
        self.nonces: dict[tuple[str, str], tuple[float, Message]] = {}
        self.typing: dict[str, float] = {}
        self.problems: list[str] = []
        self.unknown_routes: list[str] = []
        self._serial = 0
        self._last_snowflake = 0

    # -- names

    def snowflake(self, ago: float = 0.0) -> str:
        """A new id that carries its time, above every other one (unless it is dated back)."""
        self._last_snowflake = max(int((self.now() - EPOCH) * 1000) << 22, self._last_snowflake + 1)
        return str(self._last_snowflake - (int(ago * 1000) << 22))

    def name(self, prefix: str) -> str:
        """A fresh name, like fake-session-7."""
        self._serial += 1
        return f"{prefix}{self._serial}"

    # -- making and finding things

    def make_guild(self, guild: str, name: str, boost: int, permissions: int, everyone: int) -> Guild:
        """``permissions``: of the bot's own role; ``everyone``: of @everyone."""
        made = Guild(guild, name, OWNER, boost, self.now())
        made.roles[guild] = Role(guild, "@everyone", everyone)
        bot_role = self.snowflake()
        made.roles[bot_role] = Role(bot_role, "Threadwright", permissions, managed=True)
        made.members = {OWNER: Member([], self.now()), APP: Member([bot_role], self.now())}
        self.guilds[guild] = made
        self.commands.setdefault(guild, {})
        return made

    def guild_of(self, channel: Channel) -> Guild | None:
        return self.guilds[channel.guild] if channel.guild else None

    def called(self, user: str) -> str:
        """The display name; the id when nobody is known by it."""
        person = self.people.get(user)
        return person.name if person else user

    def live(self, channel: str) -> Channel | None:
        """A channel that exists and whose guild the bot is in."""
        found = self.channels.get(channel)
        if found is None or found.deleted:
            return None
        return found if found.guild is None or self.guilds[found.guild].joined else None

    def parent(self, channel: Channel) -> Channel | None:
        """The channel that a thread hangs in."""
        return self.channels.get(channel.parent or "") if channel.thread else None

    def threads(self, parent: Channel) -> Iterator[Channel]:
        for channel in self.channels.values():
            if channel.thread and channel.parent == parent.id and not channel.deleted:
                yield channel

    def thread_from(self, message: Message) -> Channel | None:
        """The thread that was started from a message: it has the message's id."""
        found = self.channels.get(message.id)
        return found if found and found.thread and not found.deleted else None

    def message(self, channel: str | None, message: str) -> Message | None:
        """``channel`` None: wherever it is, ephemeral ones included."""
        if channel is not None:
            return self.channels[channel].find(message) if channel in self.channels else None
        places = (place.find(message) for place in self.channels.values())
        whispered = (each for each in self.whispers if each.id == message)
        return next((each for each in (*places, *whispered) if each is not None), None)
