"""Commands, buttons and menus with the real library: answered in time, late, twice, by token, privately."""

from __future__ import annotations

import io
from typing import Any

import pytest

from bot.simulators.discord import ClientRefused, DiscordSimulator, NotAcked, Upload
from tests.simulators.discord.program import Json, Program, discord, people, rest, running
from tests.simulators.discord.steps import Interaction, button, commands, only, posted, raw_answer


async def test_options_are_held_against_their_definition(discord_: DiscordSimulator) -> None:
    async with running(discord_, None, commands):
        await discord_.slash("101", "301", "/automation generate", {"language": "Python", "rounds": 3})
        await discord_.slash("102", "301", "automation generate", {"language": "sh"})
        assert [each.text for each in discord_.ephemerals("101")] == ["py 3"]
        assert [each.text for each in discord_.ephemerals("102")] == ["sh 1"]
        refused: list[tuple[str, Json]] = [
            ("automation", {}), ("automation dance", {}), ("dance", {}), ("automation generate", {}),
            ("automation generate", {"language": "Cobol"}), ("automation generate", {"language": "py", "rounds": 4}),
            ("automation generate", {"language": "py", "rounds": "many"}), ("automation new", {"size": 1}),
            ("automation new more", {}),
        ]  # fmt: skip
        for text, options in refused:
            with pytest.raises(ClientRefused):
                await discord_.slash("101", "301", text, options)
        with pytest.raises(ClientRefused, match="cannot be used here"):
            await discord_.slash("101", discord_.direct("101"), "automation new")
        with pytest.raises(ClientRefused, match="does not see"):
            await discord_.slash("102", "302", "automation new")


async def test_a_dynamic_button_answers_in_every_way(discord_: DiscordSimulator) -> None:
    async def act(interaction: Interaction) -> None:
        assert interaction.message is not None
        await interaction.response.edit_message(content="working", view=None)
        await interaction.followup.send(
            "only you", ephemeral=True, file=discord.File(io.BytesIO(b"zip"), "v1.zip")
        )
        await interaction.followup.send("everybody")
        await interaction.edit_original_response(content="done")

    async with running(discord_, only(discord.InteractionType.component, act)) as program:
        card = await posted(discord_, button())
        await discord_.click("101", card, "v1:go")
        await discord_.until(lambda: [each for each in discord_.channel("301") if each.text == "done"])
        assert program.events("INTERACTION_CREATE")[0]["data"] == {
            "component_type": 2,
            "custom_id": "v1:go:7",
            "id": 2,
        }
    (whisper,) = discord_.ephemerals("101")
    assert (whisper.text, [(each.name, each.data) for each in whisper.files]) == (
        "only you",
        [("v1.zip", b"zip")],
    )
    assert (whisper.reply_to, whisper.ephemeral) == (card, True)
    assert [each.text for each in discord_.channel("301")] == ["done", "everybody"]
    assert [each.buttons for each in discord_.channel("301")] == [(), ()]


async def test_menus_answer_with_what_was_chosen(discord_: DiscordSimulator) -> None:
    options = [{"label": name, "value": name.lower()} for name in ("One", "Two", "Three")]
    strings = {"type": 3, "custom_id": "pick", "placeholder": "Pick", "options": options, "max_values": 2}
    persons = {"type": 5, "custom_id": "who", "min_values": 0}
    seen: list[Any] = []

    async def act(interaction: Interaction) -> None:
        seen.append(interaction.data)
        await interaction.response.defer()

    async with running(discord_, only(discord.InteractionType.component, act)):
        card = await posted(discord_, *({"type": 1, "components": [each]} for each in (strings, persons)))
        await discord_.select("101", card, "Pick", "One", "three")
        await discord_.select("101", card, "who", "102")
        with pytest.raises(ClientRefused):
            await discord_.select("101", card, "pick", "one", "two", "three")
        with pytest.raises(ClientRefused):
            await discord_.select("101", card, "pick", "four")
    assert seen[0]["values"] == ["one", "three"]
    assert (seen[1]["values"], seen[1]["resolved"]["users"]["102"]["global_name"]) == (["102"], "Ben")


async def test_nobody_answers_and_too_late_is_unknown() -> None:
    async with DiscordSimulator.start(ack_seconds=0.1) as simulator:
        late: list[Interaction] = []

        async def forget(_: Program, interaction: Interaction) -> None:
            late.append(interaction)

        async with running(people(simulator), forget):
            card = await posted(simulator, button())
            with pytest.raises(NotAcked, match="did not respond"):
                await simulator.click("101", card, "Generate")
            with pytest.raises(discord.NotFound) as unknown:
                await late[0].response.defer()
            assert unknown.value.code == 10062
        with pytest.raises(NotAcked, match="not connected"):
            await simulator.click("101", card, "Generate")


async def test_a_clock_that_runs_ahead_makes_it_late_at_once(discord_: DiscordSimulator) -> None:
    async def late(interaction: Interaction) -> None:
        discord_.advance(3.5)
        assert (await raw_answer(discord_, interaction, {"type": 6}))[1]["code"] == 10062

    async with running(discord_, only(discord.InteractionType.component, late)):
        card = await posted(discord_, button())
        with pytest.raises(NotAcked):
            await discord_.click("101", card, "Generate")


async def test_only_the_first_answer_counts(discord_: DiscordSimulator) -> None:
    answers: list[tuple[int, Any]] = []

    async def twice(interaction: Interaction) -> None:
        answers.extend([await raw_answer(discord_, interaction, {"type": kind}) for kind in (99, 8, 6, 6)])

    async with running(discord_, only(discord.InteractionType.component, twice)) as program:
        card = await posted(discord_, button())
        await discord_.click("101", card, "Generate")
        await program.until(lambda: len(answers) == 4)
    assert [(status, (body or {}).get("code")) for status, body in answers] == [
        (400, 50035), (400, 50035), (204, None), (400, 40060),
    ]  # fmt: skip


async def test_a_token_lives_fifteen_minutes_and_begins_with_the_answer(discord_: DiscordSimulator) -> None:
    kept: list[Interaction] = []

    async def act(interaction: Interaction) -> None:
        async with rest(discord_) as call:
            status, body = await call("POST", f"/webhooks/900/{interaction.token}", {"content": "too early"})
            assert (status, body["code"]) == (404, 10015)
        await interaction.response.defer(thinking=True)
        kept.append(interaction)

    async with running(discord_, only(discord.InteractionType.component, act)) as program:
        card = await posted(discord_, button())
        await discord_.click("101", card, "Generate")
        await program.until(lambda: bool(kept))
        interaction = kept[0]
        assert [each.loading for each in discord_.channel("301")] == [False, True]
        discord_.advance(890)
        await interaction.edit_original_response(content="just in time")
        original = await interaction.original_response()
        assert original.flags.loading is False
        discord_.advance(20)
        with pytest.raises(discord.HTTPException) as over:
            await interaction.edit_original_response(content="too late")
        assert (over.value.status, over.value.code) == (401, 50027)
    shown = discord_.channel("301")[1]
    assert (shown.text, shown.reply_to, shown.edited) == ("just in time", card, False)


async def test_ephemeral_answers_can_be_edited_and_deleted_by_token_only(discord_: DiscordSimulator) -> None:
    async def act(interaction: Interaction) -> None:
        await interaction.response.send_message("one", ephemeral=True)
        two = await interaction.followup.send("two", ephemeral=True, wait=True)
        await two.edit(content="two, better")
        await interaction.delete_original_response()
        with pytest.raises(discord.NotFound) as gone:
            await interaction.edit_original_response(content="one again")
        assert gone.value.code == 10008
        async with rest(discord_) as call:
            assert (await call("GET", f"/channels/301/messages/{two.id}"))[1]["code"] == 10008

    async with running(discord_, only(discord.InteractionType.component, act)) as program:
        card = await posted(discord_, button())
        await discord_.click("101", card, "Generate")
        await discord_.until(lambda: discord_.counts.get("get_message"))
        assert [each["id"] for each in program.events("MESSAGE_CREATE")] == [card]
    assert [each.text for each in discord_.ephemerals("101")] == ["two, better"]
    with pytest.raises(ClientRefused):
        await discord_.click("102", discord_.ephemerals("101")[0], "Generate")


async def test_buttons_in_an_ephemeral_message_work_for_their_person(discord_: DiscordSimulator) -> None:
    async def act(interaction: Interaction) -> None:
        if interaction.data and interaction.data.get("custom_id") == "v1:fix":
            await interaction.response.edit_message(content="fixed", view=None)
        else:
            view = discord.ui.View(timeout=None)
            view.add_item(discord.ui.Button(label="Fix", custom_id="v1:fix"))
            await interaction.response.send_message("wrong", view=view, ephemeral=True)

    async with running(discord_, only(discord.InteractionType.component, act)):
        card = await posted(discord_, button())
        await discord_.click("101", card, "Generate")
        (whisper,) = discord_.ephemerals("101")
        assert whisper.button("Fix").custom_id == "v1:fix"
        await discord_.click("101", whisper, "Fix")
    assert [each.text for each in discord_.ephemerals("101")] == ["fixed"]


async def test_buttons_that_cannot_be_pressed(discord_: DiscordSimulator) -> None:
    off = {"type": 2, "style": 2, "label": "Off", "custom_id": "off", "disabled": True}
    link = {"type": 2, "style": 5, "label": "Docs", "url": "https://docs.invalid"}
    card = await posted(discord_, {"type": 1, "components": [off, link]})
    for name, why in (("Off", "greyed out"), ("Docs", "opens https"), ("No", "no 'No' among")):
        with pytest.raises(ClientRefused, match=why):
            await discord_.click("101", card, name)


OPTIONS = [
    {"type": 6, "name": "user", "description": "d"}, {"type": 7, "name": "channel", "description": "d"},
    {"type": 8, "name": "role", "description": "d"}, {"type": 5, "name": "yes", "description": "d"},
    {"type": 11, "name": "file", "description": "d"}, {"type": 10, "name": "number", "description": "d", "max_value": 2},
    {"type": 3, "name": "text", "description": "d", "max_length": 5},
]  # fmt: skip


async def test_options_of_every_kind(discord_: DiscordSimulator) -> None:
    async with rest(discord_) as call:
        body = [{"name": "all", "description": "d", "options": OPTIONS}]
        await call("PUT", "/applications/900/guilds/200/commands", body)

    async def act(interaction: Interaction) -> None:
        await interaction.response.send_message("ok")

    file = Upload("a.txt", b"a")
    values = {
        "user": "102",
        "channel": "301",
        "role": "200",
        "yes": True,
        "file": file,
        "number": 1.5,
        "text": "five!",
    }
    async with running(discord_, only(discord.InteractionType.application_command, act)) as program:
        await discord_.slash("101", "301", "all", values)
        data = program.events("INTERACTION_CREATE")[0]["data"]
        wrong: list[Json] = [
            {"user": "5"},
            {"channel": "5"},
            {"role": "5"},
            {"number": 3},
            {"text": "sixsix"},
        ]
        for given in wrong:
            with pytest.raises(ClientRefused):
                await discord_.slash("101", "301", "all", given)
    sent = {each["name"]: each["value"] for each in data["options"]}
    assert {**sent, "file": file} == values
    resolved = data["resolved"]
    assert resolved["attachments"][sent["file"]]["filename"] == "a.txt"
    assert (resolved["users"]["102"]["global_name"], resolved["members"]["102"]["permissions"] != "0") == (
        "Ben",
        True,
    )
    assert (resolved["channels"]["301"]["name"], resolved["roles"]["200"]["name"]) == ("general", "@everyone")


async def test_a_deferred_answer_survives_a_refused_one(discord_: DiscordSimulator) -> None:
    refused: list[int] = []

    async def act(interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True)
        with pytest.raises(discord.HTTPException) as wrong:
            await interaction.edit_original_response(content="x" * 2001)
        refused.append(wrong.value.code)
        assert [each.loading for each in discord_.channel("301")] == [False, True]
        await interaction.edit_original_response(content="shorter")

    async with running(discord_, only(discord.InteractionType.component, act)):
        card = await posted(discord_, button())
        await discord_.click("101", card, "Generate")
        await discord_.until(lambda: discord_.channel("301")[-1].text == "shorter")
    assert (refused, discord_.channel("301")[-1].loading) == ([50035], False)


class Go(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"v1:go:(?P<session>\d+)"):
    """A button that the library finds again by its custom id alone."""

    def __init__(self, session: str) -> None:
        super().__init__(discord.ui.Button(label="Generate", custom_id=f"v1:go:{session}"))
        self._session = session

    @classmethod
    async def from_custom_id(cls, _interaction: Interaction, _item: Any, match: Any, /) -> Go:
        return cls(match["session"])

    async def callback(self, interaction: Interaction) -> None:
        await interaction.response.send_message(f"session {self._session}")


async def test_a_new_layout_with_a_dynamic_button_survives_a_restart(discord_: DiscordSimulator) -> None:
    layout = discord.ui.LayoutView(timeout=None)
    zipped: discord.ui.File[Any] = discord.ui.File("attachment://v1.zip")
    section: discord.ui.Section[Any] = discord.ui.Section("## Crawler", accessory=Go("7"))
    layout.add_item(discord.ui.Container(section, discord.ui.Separator(), zipped))
    async with running(discord_) as program:
        channel = program.get_partial_messageable(301)
        sent = await channel.send(view=layout, file=discord.File(io.BytesIO(b"zip"), "v1.zip"))
        assert isinstance(sent.components[0], discord.Container)
    async with running(discord_, None, lambda program: program.add_dynamic_items(Go)):
        await discord_.click("101", str(sent.id), "Generate")
    card, answer = discord_.channel("301")
    assert (card.text, [each.data for each in card.files], answer.text) == (
        "## Crawler",
        [b"zip"],
        "session 7",
    )
