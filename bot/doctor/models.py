"""Whether the model service takes the key, what is left of it, and whether it knows the models."""

from __future__ import annotations

from bot.doctor.finding import Finding, fine, problem
from bot.settings import Settings
from bot.wiring import model_config
from core.errors import ModelError
from core.openrouter.client import KeyStatus, open_model


async def key(settings: Settings) -> Finding:
    try:
        async with open_model(model_config(settings)) as service:
            status = await service.key_status()
    except ModelError as error:
        return problem("model key", error.sentence)
    if status is None:
        return fine(
            "model key", f"{settings.openrouter_base_url} is not OpenRouter: there is no key to look up"
        )
    if status.remaining is not None and status.remaining <= 0:
        return problem(
            "model key", f"{_spent(status)}: raise the key's limit at OpenRouter, or wait for its reset"
        )
    return fine("model key", _spent(status))


async def known(settings: Settings) -> Finding:
    try:
        async with open_model(model_config(settings)) as service:
            offered = await service.models_known(settings.models)
    except ModelError as error:
        return problem("models", error.sentence)
    missing = [model for model, there in offered.items() if not there]
    if missing:
        where = "OPENROUTER_MODEL" if settings.openrouter_model in missing else "OPENROUTER_FALLBACK_MODELS"
        return problem(
            "models", f"the service does not offer {', '.join(missing)}: choose another in {where}"
        )
    return fine("models", f"the service offers {', '.join(offered)}")


def _spent(status: KeyStatus) -> str:
    text = f"${status.used:.2f} used"
    if status.limit is not None:
        text += f", ${status.remaining or 0:.2f} left of ${status.limit:.2f}"
    return f"{text}, expires {status.expires_at[:10]}" if status.expires_at else text
