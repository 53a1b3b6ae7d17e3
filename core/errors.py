"""The whole error tree.

Every failure that leaves a module is one of these. A foreign error is translated once, where it is met,
with ``raise … from``; it reaches the log whole and a person only as ``sentence`` and ``reference``.

    ThreadwrightError
    ├── SettingsError             the environment is wrong: one list of all that is
    ├── RequestRefused            a person asked for what cannot be done (now, here, by them)
    ├── AnswerUnusable            the model's answer holds no file that can be delivered
    ├── OwnFault                  a fault in Threadwright itself
    ├── StoreAway                 the database does not answer
    ├── ModelError                the model did not do its part
    │   ├── ModelKeyMissing       no key is set
    │   ├── ModelKeyRefused       the key is wrong, revoked or not allowed to do this
    │   ├── CreditGone            402: says what is affordable
    │   ├── ModelModerated        the provider or a guardrail refused the text
    │   ├── ContextTooLong        the conversation does not fit the model
    │   ├── ModelGone             the model is unknown, retired or excluded by the account's rules
    │   ├── ModelRefusedRequest   400/413/422: our request is at fault
    │   ├── ModelRateLimited      429: says when
    │   ├── ModelUnavailable      the service or every provider is down or overloaded
    │   ├── ModelUnreachable      no connection, no name, no TLS
    │   ├── ModelStreamCut        the answer broke off after it had begun
    │   └── ModelStalled          keep-alives but no progress, or the overall deadline passed
    └── PlatformError             Slack or Discord did not do its part
        ├── NotInChannel          the bot is not a member
        ├── PermissionMissing     a scope or permission is missing: says which
        ├── ChannelGone           deleted, archived or not visible
        ├── ThreadGone            the thread or message is deleted or locked
        ├── TooLarge              more than the platform takes
        ├── PlatformRateLimited   429: says when
        ├── PlatformUnavailable   a 503, or no connection: certainly without effect
        ├── AnswerLost            the call may have had its effect: read back before sending again
        └── PlatformRefused       any other refusal: our request is at fault
"""

from __future__ import annotations

import secrets
from typing import ClassVar


class ThreadwrightError(Exception):
    """Base of all.

    ``sentence``: what happened and what to do, for the person who can act on it; Markdown, no secrets, no
    text of the foreign error. ``detail``: for the log. ``reference``: eight hex digits that stand in the log and
    behind the sentence. ``retry_after``: seconds until another attempt makes sense, ``None`` when unknown.
    ``retryable``: the same call may succeed later without a person doing anything.
    """

    retryable: ClassVar[bool] = False

    def __init__(self, sentence: str, *, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{sentence} [{detail}]" if detail else sentence)
        self.sentence = sentence
        self.detail = detail
        self.retry_after = retry_after
        self.reference = secrets.token_hex(4)


class SettingsError(ThreadwrightError):
    """``problems``: one line per wrong or missing setting."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("These settings are wrong:\n" + "\n".join(f"  - {line}" for line in problems))


class RequestRefused(ThreadwrightError):
    """A person asked for what cannot be done; ``field`` names the form field at fault, if one is."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class AnswerUnusable(ThreadwrightError):
    """The model's answer holds no file that can be delivered."""


class OwnFault(ThreadwrightError):
    """A fault in Threadwright itself; made with ``raise … from`` at the edge of a unit of work."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            "Something went wrong on my side. Press **Try again**; if it happens again, give the reference to whoever "
            "runs me.",
            detail=detail,
        )


class StoreAway(ThreadwrightError):
    """The database does not answer; made with ``raise … from`` at the edge of a unit of work."""

    retryable = True

    def __init__(self, sentence: str = "", *, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(
            sentence or "My database does not answer. Press **Try again** in a minute.",
            detail=detail,
            retry_after=retry_after,
        )


class ModelError(ThreadwrightError):
    """The model did not do its part."""


class ModelKeyMissing(ModelError):
    """No key is set, and the address is the public one."""


class ModelKeyRefused(ModelError):
    """The key is wrong, revoked or not allowed to do this."""


class CreditGone(ModelError):
    """``affordable``: output tokens that the credit still pays for, ``None`` when not said."""

    def __init__(self, sentence: str, *, affordable: int | None = None, detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.affordable = affordable


class ModelModerated(ModelError):
    """The provider or a guardrail refused the text."""


class ContextTooLong(ModelError):
    """The conversation does not fit the model."""


class ModelGone(ModelError):
    """The model is unknown, retired or excluded by the account's rules."""


class ModelRefusedRequest(ModelError):
    """400, 413 or 422: our request is at fault."""


class ModelRateLimited(ModelError):
    """429: ``retry_after`` says when, if the service did."""

    retryable = True


class ModelUnavailable(ModelError):
    """The service or every provider is down or overloaded."""

    retryable = True


class ModelUnreachable(ModelError):
    """No connection, no name, no TLS."""

    retryable = True


class ModelStreamCut(ModelError):
    """The answer broke off after it had begun."""

    retryable = True


class ModelStalled(ModelError):
    """Keep-alives but no progress, or the overall deadline passed."""

    retryable = True


class PlatformError(ThreadwrightError):
    """Slack or Discord did not do its part."""


class NotInChannel(PlatformError):
    """The bot is not a member of the channel."""


class PermissionMissing(PlatformError):
    """``needed``: the scope or permission, in the platform's own spelling."""

    def __init__(self, sentence: str, *, needed: str = "", detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.needed = needed


class ChannelGone(PlatformError):
    """The channel is deleted, archived or not visible."""


class ThreadGone(PlatformError):
    """The thread or the message is deleted or locked."""


class TooLarge(PlatformError):
    """More than the platform takes."""


class PlatformRateLimited(PlatformError):
    """429: ``retry_after`` says when."""

    retryable = True


class PlatformUnavailable(PlatformError):
    """A 503 or no connection, and certainly without effect: sending again is safe."""

    retryable = True


class AnswerLost(PlatformError):
    """The call may have had its effect: read back before sending again."""

    retryable = True


class PlatformRefused(PlatformError):
    """Any other refusal: our request is at fault. ``detail`` holds the platform's error code."""
