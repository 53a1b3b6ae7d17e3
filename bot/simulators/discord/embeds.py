"""Embeds: their limits, and how Discord answers them."""

from __future__ import annotations

from typing import Any

from bot.simulators.discord.findings import Spot
from bot.simulators.discord.things import Json

# docs.discord.com, embed limits.
MOST, TOTAL = 10, 6000
TITLE, DESCRIPTION, FIELDS, NAME, VALUE, FOOTER, AUTHOR = 256, 4096, 25, 256, 1024, 2048, 256


def check(spot: Spot, embeds: Any) -> None:
    listed = spot.many(embeds, MOST)
    total = sum(_check_one(spot.at(at), each) for at, each in enumerate(listed))
    if total > TOTAL:
        spot.wrong("MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {TOTAL}")


def _check_one(spot: Spot, embed: Any) -> int:
    """Its length."""
    given = spot.record(embed)
    spot.at("title").text(given.get("title"), TITLE)
    spot.at("description").text(given.get("description"), DESCRIPTION)
    spot.at("color").whole(given.get("color"), 0, 0xFFFFFF)
    footer, author = (
        spot.at("footer").record(given.get("footer")),
        spot.at("author").record(given.get("author")),
    )
    spot.at("footer", "text").text(footer.get("text"), FOOTER)
    spot.at("author", "name").text(author.get("name"), AUTHOR)
    fields = spot.at("fields").many(given.get("fields"), FIELDS)
    for at, each in enumerate(fields):
        for key, most in (("name", NAME), ("value", VALUE)):
            here = spot.at("fields", at, key)
            value = spot.at("fields", at).record(each).get(key)
            if here.required(value):
                here.text(value, most, 1)
    texts = [given.get("title"), given.get("description"), footer.get("text"), author.get("name")]
    texts += [each.get(key) for each in fields if isinstance(each, dict) for key in ("name", "value")]
    return sum(len(each) for each in texts if isinstance(each, str))


def completed(embed: Json) -> Json:
    """As the answer has it; always of type rich."""
    made = {key: value for key, value in embed.items() if value not in (None, [], {})}
    made["type"] = "rich"
    if "fields" in made:
        made["fields"] = [{**each, "inline": bool(each.get("inline"))} for each in made["fields"]]
    for key in ("thumbnail", "image"):
        if key in made:
            made[key] = {"url": made[key]["url"], "width": 0, "height": 0}
    made.pop("provider", None)
    made.pop("video", None)
    return made
