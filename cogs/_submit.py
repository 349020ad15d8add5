"""The one way from a wish to a running job: ask the policy, store, show, run.

Every command, menu and button that makes something goes through ``submit``, so there is no path
to the AI API without a verdict, and none that is acknowledged before it is stored.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import discord

from bot.allowance import allowance_of
from bot.app import Vivant
from bot.errors import Busy, Unshown
from bot.frames import SheetFrame, taken
from bot.languages import speaking
from bot.names import name_from
from bot.operations import Operation
from bot.policy import Allowed, Source
from bot.provenance import expected, hoped, key_of, placeholder, put, source_of
from bot.store.records import Anchor, Intake, Job, Medium
from cogs._answers import LOST, UNANSWERED, Click, anchor_of
from cogs._frames import present
from cogs._gate import Facts
from cogs._languages import note_language
from cogs._present import Card
from cogs._sources import Material

LEAST_SEED, MOST_SEEDS = 10**17, 9 * 10**17
"""Seeds have 18 digits at most (AI API, Create Prompt); all of ours have 18."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants made.

    Attributes:
        operation: How.
        body: By wire names; media are put in by ``submit``.
        private: For their eyes only.
        drawn_names: Names that the bot drew for an earlier body.
        media: What it starts from, by wire field.
        inline: Media whose pixels are in the body already, by wire field.
        regions: Parts of the source, by wire field.
        intake: What was still to be brought in when it was asked for before.
        count: How many of it, each with a seed of its own.
        stock: Ids of clothes that the API offers to everybody.
    """

    operation: Operation
    body: dict[str, Any]
    private: bool = False
    drawn_names: tuple[str, ...] = ()
    media: Mapping[str, Material] = field(default_factory=dict)
    inline: Mapping[str, Medium] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    intake: tuple[Intake, ...] = ()
    count: int = 1
    stock: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Order:
    """A wish with its media in place: what is sent, what is still to come, what is known."""

    body: dict[str, Any]
    intake: list[Intake]
    sources: dict[str, Source]
    made_from: list[str]


def new_seed() -> str:
    """A seed that nobody else has drawn: by it a prompt is recognised after a crash."""
    return str(LEAST_SEED + secrets.randbelow(MOST_SEEDS))


async def submit(interaction: Click, wish: Wish, facts: Facts | None = None) -> None:
    """Take a wish on and show its message; the rest happens by itself.

    Raises:
        Denied: The policy said no.
        Invalid: A value breaks a documented limit.
        OverLimit: There are too many jobs of this person or server, now or today.
    """
    bot = interaction.client
    _check_once(interaction)
    facts = facts or await Facts.of_interaction(interaction)
    jobs = await _accepted(facts, wish, anchor_of(interaction, ephemeral=wish.private))
    try:
        await _acknowledge(interaction, jobs)
    except UNANSWERED as error:
        # An answer that was lost, or repeated by the library, may stand there all the same.
        if not await _stands(bot, jobs):
            await bot.jobs.withdraw(*jobs)
            if isinstance(error, LOST):
                raise Unshown("acknowledgement") from error
            raise
    await bot.jobs.start(*jobs)


async def post(facts: Facts, wish: Wish, anchor: Anchor) -> None:
    """Take a wish on that no interaction can answer: its message is sent to ``anchor``'s channel.

    Raises:
        Denied, Invalid, OverLimit: As ``submit``.
    """
    bot = facts.bot
    jobs = await _accepted(facts, wish, anchor)
    place = bot.get_partial_messageable(anchor.channel_id, guild_id=anchor.guild_id)
    bot.lanes.spend()
    try:
        message = await place.send(view=(await _card(bot, jobs)).layout, nonce=jobs[0].job_id)
    except UNANSWERED:
        await bot.jobs.withdraw(*jobs)
        raise
    for job in jobs:
        job.anchor.message_id = message.id
    await bot.jobs.start(*jobs)


async def _accepted(facts: Facts, wish: Wish, anchor: Anchor) -> list[Job]:
    """The jobs of a wish, once the policy said yes and they are stored."""
    order = ordered(wish, facts.person.person_id)
    verdict = await facts.may_make(
        wish.operation,
        order.body,
        *wish.drawn_names,
        sources=order.sources,
        stock=wish.stock,
    )
    allowance = allowance_of(facts.bot.settings.limits, facts.roles)
    jobs = _jobs(facts.person.person_id, anchor, wish, order, verdict, allowance.running)
    await facts.bot.jobs.accept(*jobs, allowance=allowance)
    return jobs


def ordered(wish: Wish, owner_id: int) -> _Order:
    """Put a wish's media, or what stands for them, into its body."""
    row, body = wish.operation, {**wish.operation.always, **wish.body}
    body.setdefault("seed", new_seed())
    if row.takes("name") and "name" not in body:
        body["name"] = name_from(str(body["seed"]))
    order = _Order(body, [], {}, [])
    for name, material in wish.media.items():
        if material.medium:
            _put_medium(order, row, name, material.medium)
        else:
            _put_later(order, material.intake(name), owner_id)
    for name, medium in wish.inline.items():
        order.sources[name] = hoped(source_of(medium))
    for entry in wish.intake:
        _put_later(order, entry, owner_id)
    for name, region in wish.regions.items():
        _put_later(order, Intake(field=name, region=region), owner_id)
    if row.needs("createdFromPromptId"):
        body.setdefault("createdFromPromptId", "")
    return order


def _put_medium(order: _Order, row: Operation, name: str, medium: Medium) -> None:
    put(order.body, name, medium.media_id)
    order.sources[medium.media_id] = hoped(source_of(medium))
    order.made_from.append(medium.media_id)
    is_source = row.source is not None and row.source[0] == name
    if is_source and row.takes("createdFromPromptId"):
        order.body["createdFromPromptId"] = medium.prompt_id or ""


def _put_later(order: _Order, entry: Intake, owner_id: int) -> None:
    """What is yet to be brought in is judged as if all went well, and again once it is there."""
    order.intake.append(entry)
    if entry.field == "cropArea":
        order.body[entry.field] = {"x": 0, "y": 0, "width": 1, "height": 1}
        return
    put(order.body, entry.field, placeholder(entry))
    order.sources[key_of(entry)] = expected(entry, owner_id)


def _jobs(
    owner_id: int, anchor: Anchor, wish: Wish, order: _Order, verdict: Allowed, at_once: int
) -> list[Job]:
    """The jobs of a wish: the first has its seed, each further one a new one and so a new face."""
    batch = secrets.token_hex(8) if wish.count > 1 else ""
    jobs = []
    for number in range(wish.count):
        body = {**order.body, **verdict.overrides}
        if number:
            body["seed"] = new_seed()
            if wish.operation.takes("name") and not wish.drawn_names:
                body["name"] = name_from(body["seed"])
        job = Job(
            job_id=secrets.token_hex(8),
            operation=wish.operation.name,
            body=body,
            seed=body["seed"],
            owner_id=owner_id,
            guild_id=anchor.guild_id,
            anchor=anchor.model_copy(),
            rating=verdict.rating,
            origin=verdict.origin,
            private=wish.private,
            intake=order.intake,
            inline={name: medium.media_id for name, medium in wish.inline.items()},
            sources=order.made_from,
            stock=sorted(wish.stock),
            at_once=at_once,
            batch=batch,
            number=number,
        )
        jobs.append(job)
    return jobs


def _check_once(interaction: Click) -> None:
    """A second press of the same button right after the first is a slip of the hand.

    Raises:
        Busy: It is one.
    """
    pressed = dict(interaction.data or {}).get("custom_id")
    if pressed and interaction.type is discord.InteractionType.component:
        what = f"{interaction.user.id}:{pressed}"
        if interaction.client.jobs.presses.is_repeated(what):
            raise Busy("press")


async def _acknowledge(interaction: Click, jobs: list[Job]) -> None:
    card = await _card(interaction.client, jobs)
    answer = await interaction.response.send_message(view=card.layout, ephemeral=jobs[0].private)
    message_id = answer.message_id or (await interaction.original_response()).id
    for job in jobs:
        job.anchor.message_id = message_id


async def _card(bot: Vivant, jobs: list[Job]) -> Card:
    """What is shown at once: that the jobs were taken."""
    first = jobs[0]
    cost = await bot.jobs.estimates.heavy_cost(first.operation, first.body)
    frame = SheetFrame(tuple(taken(job, cost) for job in jobs))
    await note_language(bot, first.anchor)
    with speaking(bot.languages.first(first.anchor.language)):
        return present(frame, file_limit=first.anchor.file_limit)


async def _stands(bot: Vivant, jobs: list[Job]) -> bool:
    """Whether the message of these jobs exists all the same; its id is filled in."""
    return all([await bot.stage.locate(job.anchor) for job in jobs])
