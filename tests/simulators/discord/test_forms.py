"""Forms with the real library: opened, filled in, refused by the client or by Discord, old kind and new."""

from __future__ import annotations

from typing import Any

import pytest

from bot.simulators.discord import ClientRefused, DiscordSimulator, NotAcked, Upload
from tests.simulators.discord.program import Json, Program, discord, people, running
from tests.simulators.discord.steps import Interaction, button, commands, only, posted, raw_answer


async def test_a_command_opens_a_form_with_labels(discord_: DiscordSimulator) -> None:
    async with running(discord_, None, commands):
        await discord_.slash("101", "301", "automation new", {"title": "x"})
    form = discord_.modal("101")
    assert form is not None
    assert (form.custom_id, form.title, form.text) == (
        "v1:new:x",
        "New automation session",
        "Ask <@101> for help",
    )
    assert [(each.label, each.kind, each.required) for each in form.inputs] == [
        ("Title", "text", True),
        ("Agent type", "select", True),
        ("Requirements", "paragraph", False),
        ("Files", "files", False),
    ]
    assert form.input("Requirements").value == "R1"
    assert form.input("agent").value == "crawler"
    assert form.input("agent").options == (("Web Crawler", "crawler"), ("Other", "Other"))
    assert discord_.modal("102") is None


async def test_the_answer_to_a_form_makes_card_and_thread(discord_: DiscordSimulator) -> None:
    sent: list[Any] = []

    async def submitted(interaction: Interaction) -> None:
        sent.append(interaction.data)
        await interaction.response.defer(thinking=True, ephemeral=True)
        channel = await interaction.client.fetch_channel(301)
        assert isinstance(channel, discord.TextChannel)
        card = await channel.send("card")
        await card.create_thread(name="Crawler")
        await interaction.followup.send("see the thread")

    async with running(discord_, only(discord.InteractionType.modal_submit, submitted), commands):
        await discord_.slash("101", "301", "automation new")
        await discord_.submit("101", {"title": "Crawler", "Files": [Upload("a.csv", b"1,2")]})
        assert discord_.modal("101") is None
        (whisper,) = await discord_.until(
            lambda: [each for each in discord_.ephemerals("101") if not each.loading]
        )
    assert (whisper.text, whisper.edited, discord_.ephemerals("102")) == ("see the thread", False, [])
    assert [each.text for each in discord_.channel("301")] == ["card"]
    assert [each.name for each in discord_.threads("301")] == ["Crawler"]
    fields = {
        each["component"]["custom_id"]: each["component"]
        for each in sent[0]["components"]
        if "component" in each
    }
    assert (fields["title"]["value"], fields["agent"]["values"], fields["reqs"]["value"]) == (
        "Crawler",
        ["crawler"],
        "R1",
    )
    assert sent[0]["resolved"]["attachments"][fields["files"]["values"][0]]["filename"] == "a.csv"
    assert discord_.problems == []


async def test_the_form_itself_refuses_what_the_client_would(discord_: DiscordSimulator) -> None:
    async with running(discord_, None, commands):
        await discord_.slash("101", "301", "automation new")
        wrong: list[Json] = [
            {"title": ""},
            {"title": "t" * 101},
            {"title": "t", "agent": "nobody"},
            {"name": "t"},
        ]
        for values in wrong:
            with pytest.raises(ClientRefused):
                await discord_.submit("101", values)
        await discord_.dismiss("101")
        with pytest.raises(ClientRefused, match="no such form"):
            await discord_.submit("101", {"title": "t"})


async def test_the_form_stays_open_when_nobody_takes_it() -> None:
    async with (
        DiscordSimulator.start(ack_seconds=0.1) as simulator,
        running(people(simulator), None, commands),
    ):
        await simulator.slash("101", "301", "automation new")
        with pytest.raises(NotAcked):
            await simulator.submit("101", {"title": "t"})
        assert simulator.modal("101") is not None


OLD_FORM: Json = {
    "type": 9,
    "data": {
        "custom_id": "v1:old",
        "title": "Old",
        "components": [
            {
                "type": 1,
                "components": [{"type": 4, "custom_id": "a", "label": "A", "style": 1, "value": "first"}],
            },
            {
                "type": 1,
                "components": [{"type": 4, "custom_id": "b", "label": "B", "style": 2, "required": False}],
            },
        ],
    },
}


async def test_forms_of_the_old_kind_work_too(discord_: DiscordSimulator) -> None:
    sent: list[Any] = []

    async def answer(program: Program, interaction: Interaction) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            sent.append((interaction.data, interaction.message))
            await interaction.response.edit_message(content="changed")
        else:
            await raw_answer(discord_, interaction, OLD_FORM)

    async with running(discord_, answer):
        card = await posted(discord_, button())
        await discord_.click("101", card, "Generate")
        await discord_.submit("101", {"B": "second"})
    data, message = sent[0]
    assert [each["components"][0]["value"] for each in data["components"]] == ["first", "second"]
    assert str(message.id) == card
    shown = discord_.message(card)
    assert shown is not None
    assert (shown.text, shown.edited) == ("changed", True)


async def test_forms_that_discord_refuses(discord_: DiscordSimulator) -> None:
    text = {"type": 4, "custom_id": "a", "style": 1}
    label = {"type": 18, "label": "A", "component": text}
    good = {"custom_id": "f", "title": "F", "components": [label]}
    wrong: list[tuple[str, Json]] = [
        ("title", {**good, "title": "t" * 46}),
        ("custom_id", {**good, "custom_id": "c" * 101}),
        ("components", {**good, "components": []}),
        ("components", {**good, "components": [{**label, "component": {**text, "custom_id": str(n)}} for n in range(6)]}),
        ("components.0.label", {**good, "components": [{**label, "label": "l" * 46}]}),
        ("components.0.description", {**good, "components": [{**label, "description": "d" * 101}]}),
        ("components.0.component.value", {**good, "components": [{**label, "component": {**text, "value": "v" * 4001}}]}),
        ("components.0.component.value", {**good, "components": [{**label, "component": {**text, "value": "long", "max_length": 3}}]}),
        ("components.0.component.placeholder", {**good, "components": [{**label, "component": {**text, "placeholder": "p" * 101}}]}),
        ("components.1.component.custom_id", {**good, "components": [label, label]}),
        ("components.0.type", {**good, "components": [{"type": 2, "style": 1, "label": "B", "custom_id": "b"}]}),
        ("components.0.component.type", {**good, "components": [{**label, "component": {"type": 2}}]}),
        ("components.0.component.options", {**good, "components": [{**label, "component": {"type": 3, "custom_id": "s", "options": []}}]}),
        ("components.0.component.options", {**good, "components": [{**label, "component": {"type": 21, "custom_id": "r", "options": [{"label": "x", "value": "x"}]}}]}),
    ]  # fmt: skip
    answers: list[tuple[str, tuple[int, Any]]] = []

    async def act(interaction: Interaction) -> None:
        for path, data in wrong:
            answers.append((path, await raw_answer(discord_, interaction, {"type": 9, "data": data})))
        await raw_answer(discord_, interaction, {"type": 9, "data": good})

    async with running(discord_, only(discord.InteractionType.component, act)):
        card = await posted(discord_, button())
        await discord_.click("101", card, "Generate")
    assert len(answers) == len(wrong)
    for path, (status, body) in answers:
        assert (status, body["code"]) == (400, 50035), path
        place = body["errors"]
        for key in path.split("."):
            place = place[key]
        assert place["_errors"][0]["message"], path


async def test_every_kind_of_field_can_be_filled(discord_: DiscordSimulator) -> None:
    choice = [{"label": "X", "value": "x"}, {"label": "Y", "value": "y", "default": True}]
    inputs: list[Json] = [
        {"type": 21, "custom_id": "radio", "options": choice}, {"type": 22, "custom_id": "checks", "options": choice},
        {"type": 23, "custom_id": "check"}, {"type": 5, "custom_id": "user"}, {"type": 8, "custom_id": "channel", "required": False},
    ]  # fmt: skip
    labels = [{"type": 18, "label": each["custom_id"], "component": each} for each in inputs]
    sent: list[Any] = []

    async def answer(_: Program, interaction: Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            form = {"custom_id": "all", "title": "All", "components": labels}
            await raw_answer(discord_, interaction, {"type": 9, "data": form})
        else:
            sent.append(interaction.data)
            await interaction.response.send_message("thanks")

    async with running(discord_, answer):
        card = await posted(discord_, button())
        await discord_.click("101", card, "Generate")
        await discord_.submit("101", {"checks": ["X", "y"], "check": True, "user": "102", "channel": ["301"]})
    values = {each["component"]["custom_id"]: each["component"] for each in sent[0]["components"]}
    assert (values["radio"]["value"], values["checks"]["values"], values["check"]["value"]) == (
        "y",
        ["x", "y"],
        True,
    )
    assert (values["user"]["values"], values["channel"]["values"]) == (["102"], ["301"])
    assert sent[0]["resolved"]["channels"]["301"]["name"] == "general"
