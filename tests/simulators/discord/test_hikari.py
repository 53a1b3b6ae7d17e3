"""hikari, a library that shares no code with discord.py, works with the simulator: gateway, command, form, files."""

from __future__ import annotations

import hikari

from bot.simulators.discord import DiscordSimulator


def bot_for(simulator: DiscordSimulator) -> hikari.GatewayBot:
    intents = hikari.Intents.GUILDS | hikari.Intents.GUILD_MESSAGES | hikari.Intents.MESSAGE_CONTENT
    return hikari.GatewayBot(
        simulator.token, rest_url=simulator.api_url, intents=intents, banner=None, logs=None, suppress_optimization_warning=True
    )  # fmt: skip


async def answer(event: hikari.InteractionCreateEvent) -> None:
    """The command opens a form, the form is answered with a button, the button with a private file."""
    given = event.interaction
    if isinstance(given, hikari.CommandInteraction):
        row = hikari.impl.ModalActionRowBuilder().add_text_input("title", "Title", max_length=100)
        await given.create_modal_response("New session", "v1:new", component=row)
    elif isinstance(given, hikari.ModalInteraction):
        field = given.components[0].components[0]
        assert isinstance(field, hikari.TextInputComponent)
        buttons = hikari.impl.MessageActionRowBuilder().add_interactive_button(
            hikari.ButtonStyle.PRIMARY, "v1:go", label="Generate"
        )
        await given.create_initial_response(
            hikari.ResponseType.MESSAGE_CREATE, f"card of {field.value}", component=buttons
        )
    elif isinstance(given, hikari.ComponentInteraction):
        await given.create_initial_response(
            hikari.ResponseType.DEFERRED_MESSAGE_CREATE, flags=hikari.MessageFlag.EPHEMERAL
        )
        await given.edit_initial_response("here", attachment=hikari.Bytes(b"zip", "v1.zip"))


async def converse(event: hikari.GuildMessageCreateEvent) -> None:
    """Each person's message gets an answer with a file, in a thread of its own."""
    if event.is_human:
        answered = await event.message.respond(f"heard: {event.content}", reply=True, mentions_reply=True)
        thread = await event.app.rest.create_message_thread(event.channel_id, answered, "talk")
        await event.app.rest.create_message(thread, "in here", attachments=[hikari.Bytes(b"a", "a.txt")])


async def test_an_independent_library_works_with_it(discord_: DiscordSimulator) -> None:
    bot = bot_for(discord_)
    bot.event_manager.subscribe(hikari.InteractionCreateEvent, answer)
    bot.event_manager.subscribe(hikari.GuildMessageCreateEvent, converse)
    await bot.start(check_for_updates=False)
    try:
        await discord_.connected()
        application = await bot.rest.fetch_application()
        command = bot.rest.slash_command_builder("automation", "Automations")
        await bot.rest.set_application_commands(application.id, [command])
        await discord_.say("101", "301", "hello")
        (thread,) = await discord_.until(
            lambda: [each for each in discord_.threads("301") if len(discord_.thread(each.id)) == 2]
        )
        assert [(each.text, [file.data for file in each.files]) for each in discord_.thread(thread.id)] == [
            ("heard: hello", []), ("in here", [b"a"]),
        ]  # fmt: skip
        assert discord_.channel("301")[1].pings == ("<@101>",)
        await discord_.slash("101", "301", "automation")
        await discord_.submit("101", {"Title": "Crawler"})
        card = discord_.channel("301")[-1]
        assert card.text == "card of Crawler"
        discord_.ask_reconnect()
        await discord_.click("101", card, "Generate")
        (whisper,) = await discord_.until(lambda: [each for each in discord_.ephemerals("101") if each.files])
        assert (whisper.text, whisper.files[0].name, whisper.files[0].data) == ("here", "v1.zip", b"zip")
    finally:
        await bot.close()
    assert (discord_.problems, discord_.unknown_routes) == ([], [])
