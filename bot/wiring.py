"""The composition root: the only file that chooses implementations."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.discord import adapter as discord_adapter
from adapters.discord import listeners as discord_listeners
from adapters.shared.background import background
from adapters.shared.insisting import insist
from adapters.slack import adapter as slack_adapter
from adapters.slack import listeners as slack_listeners
from adapters.web.platform import WebPlatform
from bot.settings import Role, Settings, require
from bot.web import Web, named_in, open_web, port, set_up
from core.bus import Bus
from core.delivery.courier import Courier
from core.delivery.watching import Happenings, Watched, sessions_by_thread
from core.desk import Desk
from core.errors import SettingsError
from core.generation.prompts.library import load_prompts
from core.intake.desk import IntakeDesk
from core.jobs.engine import Engine, open_jobs
from core.jobs.home import Home, open_home
from core.openrouter.client import open_model
from core.openrouter.config import ModelConfig
from core.ports import ChatPlatform, Clock
from core.sandbox.choosing import open_sandbox
from core.storage.budgets import SharedBudgets
from core.storage.bus import open_bus
from core.storage.engine import open_engine
from core.storage.migrate import drift, upgrade
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from core.work.billing import keep_booking
from core.work.failing import Failing
from core.work.handlers import errands, ordered
from core.work.proving import Proving
from core.work.retention import keep_forgetting
from core.work.stopping import Stopping, cancelled_in
from core.work.workshop import Workshop

_log = structlog.get_logger(__name__)

T = TypeVar("T")

_PATIENCE: Final = 60.0
"""Seconds for which the database is waited for at the start."""


class Follower:
    """Tells whoever works, here or elsewhere, of new work, and the generations of clicks on *Cancel*."""

    def __init__(self, engine: Engine | None, bus: Bus, stopping: Stopping) -> None:
        self._engine = engine
        self._bus = bus
        self.stop = stopping.stop
        if engine is not None:
            bus.hear("work", lambda _: engine.nudge())
            bus.joined(engine.nudge)

    def nudge(self) -> None:
        self._bus.tell("work", {})
        if self._engine is not None:
            self._engine.nudge()


@dataclass(frozen=True, slots=True)
class Door:
    """A platform, and how what people do there is listened to."""

    platform: ChatPlatform
    listen: Callable[[Desk], AbstractAsyncContextManager[None]]


async def run(settings: Settings, role: Role) -> None:
    """Serves until it is cancelled; then intake stops first, running work drains, and all is closed."""
    require(settings, role)
    await _prepared(settings)
    with port(settings, role) as listening:
        await _serve(settings, role, listening)


async def _serve(settings: Settings, role: Role, listening: socket.socket | None) -> None:
    clock, ids = SystemClock(), TimeIds()
    async with (
        _home(settings, role) as home,
        open_engine(settings.database) as engine,
        open_bus(settings.database) as bus,
        open_model(model_config(settings)) as model,
        _bank(settings, engine) as bank,
        _doors(settings, role, clock, bank, bus) as doors,
    ):
        database = Database(engine, clock, ids)
        stopping, happenings = Stopping(bus, cancelled_in(database)), Happenings(clock, bus)
        platforms: dict[str, ChatPlatform] = {name: door.platform for name, door in doors.items()}
        platforms["web"] = WebPlatform(named_in(database))
        web = set_up(listening, settings, database, clock, platforms, happenings)
        proving = Proving(partial(open_sandbox, settings.sandbox_env, settings.sandbox_image))
        shop = Workshop(
            database=database,
            courier=Courier(
                database, _watched(platforms, happenings, database), home.living if home else None
            ),
            model=model,
            prompts=load_prompts(),
            checker=proving,
            stopping=stopping,
            clock=clock,
            ids=ids,
        )
        async with AsyncExitStack() as stack:
            jobs = await stack.enter_async_context(_working(home, shop)) if home is not None else None
            group = await stack.enter_async_context(asyncio.TaskGroup())
            if jobs is not None:
                _keep_working(group, jobs, shop, proving)
            desk = _desk(database, Follower(jobs, bus, stopping), happenings, web)
            await stack.enter_async_context(open_web(web, desk, database, clock))
            for name, door in doors.items():
                if role in ("all", name):
                    await _entered(stack, clock, partial(door.listen, desk))
            gc.freeze()  # what lives for ever is not searched again: a full collection held the acks up for 0.1 s
            _log.info("ready", role=role, platforms=sorted(doors), web=web.address if listening else None)
            await asyncio.Event().wait()


def _keep_working(group: asyncio.TaskGroup, jobs: Engine, shop: Workshop, proving: Proving) -> None:
    group.create_task(jobs.run())
    group.create_task(shop.stopping.keep_looking())
    group.create_task(keep_forgetting(shop))
    group.create_task(keep_booking(shop))
    # Asked for now, and not when somebody waits.
    group.create_task(shop.model.limits())
    group.create_task(proving.sandbox())


@asynccontextmanager
async def _home(settings: Settings, role: Role) -> AsyncIterator[Home | None]:
    """Where the durable engine keeps its state; ``None`` for a process without one."""
    if not works(settings, role):
        yield None
        return
    with open_home(settings.database, settings.data_dir) as home:
        yield home


def works(settings: Settings, role: Role) -> bool:
    """Whether this process does what people ask for, or only listens: on SQLite there is no other one that would."""
    return settings.embedded or role in ("all", "worker")


@asynccontextmanager
async def _working(home: Home, shop: Workshop) -> AsyncIterator[Engine]:
    """The durable engine with all that it may be asked to do."""
    async with open_jobs(
        home,
        shop.database,
        ordered=ordered(shop),
        errands=errands(shop),
        on_failure=Failing(shop),
    ) as engine:
        yield engine


def _watched(
    platforms: Mapping[str, ChatPlatform], happenings: Happenings, database: Database
) -> dict[str, ChatPlatform]:
    """The platforms, seen by those who look from a browser."""
    session_of = sessions_by_thread(database)
    return {name: Watched(platform, happenings, session_of) for name, platform in platforms.items()}


def _desk(database: Database, follower: Follower, happenings: Happenings, web: Web) -> IntakeDesk:
    return IntakeDesk(
        database,
        follower,
        accounts=web.signing,
        address=web.address,
        happened=happenings.publish,
        role_of=web.signing.role_of,
    )


async def _prepared(settings: Settings) -> None:
    """A server that is away for a moment, as while it is restarted, is asked again."""
    until = asyncio.get_running_loop().time() + _PATIENCE
    while True:
        try:
            prepare(settings)
        except OperationalError as error:
            if settings.embedded or asyncio.get_running_loop().time() > until:
                raise
            _log.warning("database_away", detail=str(error.orig))
            await asyncio.sleep(1)
        else:
            return


def prepare(settings: Settings) -> None:
    """The data folder and the schema. The embedded database is brought up to date by itself; a server's schema is
    changed only by `migrate`, which deployments run once per release."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if settings.embedded:
        upgrade(settings.database)
    elif drift(settings.database):
        raise SettingsError(
            ("DATABASE_URL: the database does not have the newest schema; run `python -m bot migrate`",)
        )


def model_config(settings: Settings) -> ModelConfig:
    key = settings.openrouter_api_key
    return ModelConfig(
        api_key=key.get_secret_value() if key else None,
        model=settings.openrouter_model,
        base_url=settings.openrouter_base_url,
        fallback_models=settings.openrouter_fallback_models,
        zero_retention=settings.openrouter_zdr,
    )


def slack_config(settings: Settings) -> slack_adapter.SlackConfig | None:
    """``None`` when Slack is off."""
    if settings.slack_bot_token is None or settings.slack_app_token is None:
        return None
    return slack_adapter.SlackConfig(
        bot_token=settings.slack_bot_token.get_secret_value(),
        app_token=settings.slack_app_token.get_secret_value(),
        api_url=settings.slack_api_url,
    )


def discord_config(settings: Settings) -> discord_adapter.DiscordConfig | None:
    """``None`` when Discord is off."""
    if settings.discord_token is None:
        return None
    return discord_adapter.DiscordConfig(
        token=settings.discord_token.get_secret_value(),
        api_url=settings.discord_api_url,
        gateway_url=settings.discord_gateway_url,
        shards=discord_adapter.Shards(*settings.shards) if settings.shards else None,
    )


@asynccontextmanager
async def _bank(settings: Settings, engine: AsyncEngine) -> AsyncIterator[SharedBudgets | None]:
    """Of the rate budgets, where several processes spend from them."""
    if settings.embedded:
        yield None
        return
    bank = SharedBudgets(engine)
    async with background() as group:
        forgetting = group.create_task(bank.keep_forgetting())
        try:
            yield bank
        finally:
            forgetting.cancel()


@asynccontextmanager
async def _doors(
    settings: Settings, role: Role, clock: Clock, bank: SharedBudgets | None, bus: Bus
) -> AsyncIterator[dict[str, Door]]:
    """The platforms that have tokens and that this role speaks to, by name."""
    async with AsyncExitStack() as stack:
        doors: dict[str, Door] = {}
        if role != "discord" and (slack := slack_config(settings)):
            there = await _entered(stack, clock, partial(slack_adapter.open_platform, slack, clock, bank))
            doors["slack"] = Door(there, partial(slack_listeners.listen, there, config=slack))
        if role != "slack" and (discord := discord_config(settings)):
            here = await _entered(
                stack, clock, partial(discord_adapter.open_platform, discord, clock, bank, bus)
            )
            doors["discord"] = Door(here, partial(discord_listeners.listen, here, config=discord))
        yield doors


async def _entered(
    stack: AsyncExitStack, clock: Clock, opening: Callable[[], AbstractAsyncContextManager[T]]
) -> T:
    """A platform that is away for a moment is asked again, and whoever starts the program hears of it later."""
    return await insist(clock, lambda: stack.enter_async_context(opening()))
