"""A real program's commands, form and answers, which the tests of interactions share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.simulators.discord import DiscordSimulator
from tests.simulators.discord.program import Json, Program, app_commands, discord, rest

Interaction = discord.Interaction[Any]


class NewForm(discord.ui.Modal, title="New automation session"):
    """The five fields, with labels."""

    name: discord.ui.Label[Any] = discord.ui.Label(
        text="Title", component=discord.ui.TextInput(custom_id="title", max_length=100)
    )
    agent: discord.ui.Label[Any] = discord.ui.Label(
        text="Agent type",
        component=discord.ui.Select(
            custom_id="agent",
            options=[
                discord.SelectOption(label="Web Crawler", value="crawler", default=True),
                discord.SelectOption(label="Other"),
            ],
        ),
    )
    requirements: discord.ui.Label[Any] = discord.ui.Label(
        text="Requirements",
        description="one per line",
        component=discord.ui.TextInput(
            custom_id="reqs", style=discord.TextStyle.paragraph, required=False, default="R1"
        ),
    )
    files: discord.ui.Label[Any] = discord.ui.Label(
        text="Files", component=discord.ui.FileUpload(custom_id="files", required=False, max_values=2)
    )
    note: discord.ui.TextDisplay[Any] = discord.ui.TextDisplay("Ask <@101> for help")


def commands(program: Program) -> None:
    group = app_commands.Group(name="automation", description="Automations", guild_only=True)

    @group.command(description="Open a session")
    async def new(interaction: Interaction, title: str = "") -> None:
        await interaction.response.send_modal(NewForm(custom_id=f"v1:new:{title}"))

    @group.command(description="Generate")
    @app_commands.choices(
        language=[
            app_commands.Choice(name="Python", value="py"),
            app_commands.Choice(name="Bash", value="sh"),
        ]
    )
    async def generate(
        interaction: Interaction, language: str, rounds: app_commands.Range[int, 1, 3] = 1
    ) -> None:
        await interaction.response.send_message(f"{language} {rounds}", ephemeral=True)

    program.tree.add_command(group)


def only(kind: discord.InteractionType, act: Callable[[Interaction], Awaitable[Any]]) -> Any:
    """An answer to one kind of interaction; the others are left to the library."""

    async def answer(_: Program, interaction: Interaction) -> None:
        if interaction.type is kind:
            await act(interaction)

    return answer


def button(custom_id: str = "v1:go:7", label: str = "Generate") -> Json:
    return {"type": 1, "components": [{"type": 2, "style": 1, "label": label, "custom_id": custom_id}]}


async def posted(simulator: DiscordSimulator, *components: Json, channel: str = "301") -> str:
    """A message of the bot with these components; its id."""
    async with rest(simulator) as call:
        status, made = await call(
            "POST", f"/channels/{channel}/messages", {"content": "card", "components": list(components)}
        )
        assert status == 200, made
        return str(made["id"])


async def raw_answer(simulator: DiscordSimulator, interaction: Interaction, body: Json) -> tuple[int, Any]:
    async with rest(simulator) as call:
        return await call("POST", f"/interactions/{interaction.id}/{interaction.token}/callback", body)
