"""What a button, a menu or a form is for stands in its id, so that it works after any restart. Pure.

`v1:<action>:<value>`, then `@<guild>` where the message stands outside of its guild, then `#<n>` where the same one
comes again in a message. Old messages keep their ids for ever: never change what `v1` means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LIMIT: Final = 100
"""Characters of an id (docs.discord.com, component reference)."""
_SHAPE: Final = re.compile(
    r"v1:(?P<action>[a-z_]+):(?P<value>[^@#]*)(?:@(?P<workspace>\d+))?(?:#\d+)?", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class CustomId:
    """``workspace``: the guild, where the message cannot tell it (a direct message); else empty."""

    action: str
    value: str = ""
    workspace: str = ""

    def packed(self, count: int = 1) -> str:
        """``count``: how often the same one stands in the message up to here."""
        again = f"#{count}" if count > 1 else ""
        bare = f"v1:{self.action}:{self.value}"
        where = f"@{self.workspace}" if self.workspace else ""
        whole = f"{bare}{where}{again}"
        return whole if len(whole) <= LIMIT else f"{bare}{again}"

    @classmethod
    def unpacked(cls, text: str) -> CustomId | None:
        """``None`` when it is none of ours."""
        match = _SHAPE.fullmatch(text)
        return cls(match["action"], match["value"], match["workspace"] or "") if match else None
