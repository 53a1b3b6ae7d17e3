"""Links to the dashboard and API tokens, asked for in the chat: told to one person, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.accounts import EVERYTHING, LINK_MINUTES, TOKEN_DAYS, Accounts, Scope, Token
from core.intents import Dashboard, ListTokens, MakeToken, RevokeToken
from core.replies import Reply

Access = Dashboard | MakeToken | RevokeToken | ListTokens
ACCESS = (Dashboard, MakeToken, RevokeToken, ListTokens)
NOT_HERE = Reply("This installation has no dashboard and no API.")
NO_ADDRESS = Reply("The dashboard has no address: set PUBLIC_URL")
_REVOKED = "The token is revoked: whoever has it cannot use it any more."
_NO_SUCH = "You have no such token. `tokens` lists those that you have."
_NONE = "You have no API tokens. `token NAME` makes one, `token NAME read` one that can only read."


async def answer(accounts: Accounts, address: str, intent: Access, now: datetime) -> Reply:
    """Raises RequestRefused. ``address``: of the dashboard."""
    place, person = intent.origin.place, intent.origin.person
    match intent:
        case Dashboard():
            return _link(address, await accounts.link(place, person), now)
        case MakeToken():
            scopes = frozenset({Scope.READ}) if intent.read_only else EVERYTHING
            made = await accounts.new_token(
                place.platform, place.workspace, person, intent.name, scopes, TOKEN_DAYS
            )
            return _new(made.token, made.secret)
        case RevokeToken():
            there = await accounts.revoke(place.platform, place.workspace, person, intent.token)
            return Reply(_REVOKED if there else _NO_SUCH, private=True)
        case ListTokens():
            return _list(await accounts.tokens(place.platform, place.workspace, person))


def _link(address: str, secret: str, now: datetime) -> Reply:
    until = int((now + timedelta(minutes=LINK_MINUTES)).timestamp())
    return Reply(
        f"Open the dashboard: <{address.rstrip('/')}/sign-in/{secret}>\n\n"
        f"Whoever opens this link is you, so keep it to yourself. It works once, until <!time:{until}>.",
        private=True,
    )


def _new(token: Token, secret: str) -> Reply:
    return Reply(
        f"The API token {_about(token)}:\n```\n{secret}\n```\n"
        "It is shown only now; whoever has it is you, so keep it to yourself. "
        f"`token revoke {token.id}` makes it useless, `tokens` lists those that you have.",
        private=True,
    )


def _list(tokens: Sequence[Token]) -> Reply:
    if not tokens:
        return Reply(_NONE, private=True)
    lines = [f"- {_about(token)}, {_used(token)}; its id is `{token.id}`" for token in tokens]
    return Reply("**Your API tokens**\n" + "\n".join(lines), private=True)


def _about(token: Token) -> str:
    rights = "reads and writes" if Scope.WRITE in token.scopes else "only reads"
    until = int(token.until.timestamp())
    return f"**{token.name}** (`{token.hint}…`) {rights}, until <!time:{until}>"


def _used(token: Token) -> str:
    return "never used" if token.used_at is None else f"last used <!time:{int(token.used_at.timestamp())}>"
