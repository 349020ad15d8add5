"""Interaction, message or reaction to facts, and facts to the policy's verdict.

Gathers what the policy needs to know and decides nothing itself. A refusal becomes ``Denied``,
and refusals and sends leave an entry in the audit trail: who, where, what, which verdict; never
a word of what was asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import discord

from bot.app import Vivant
from bot.errors import Denied
from bot.operations import Operation
from bot.policy import (
    Allowed,
    Ask,
    Asker,
    Manage,
    Place,
    Refused,
    Send,
    Show,
    Shown,
    Thing,
    Verb,
    allowed_values,
    decide,
)
from bot.store.records import Audited, Job, Scene
from cogs._answers import Click


@dataclass(frozen=True, slots=True)
class Facts:
    """Who asks for something where, as far as is known."""

    bot: Vivant
    place: Place
    person: Asker

    @classmethod
    async def of_interaction(cls, interaction: Click) -> Self:
        """The facts behind a command, button or form."""
        bot = interaction.client
        place = await place_of(bot, interaction.channel_id or 0, interaction.guild_id)
        moderator = interaction.guild_id is not None and interaction.permissions.manage_messages
        return cls(bot, place, await asker_of(bot, interaction.user.id, place, moderator))

    @classmethod
    async def of_message(cls, bot: Vivant, message: discord.Message) -> Self:
        """The facts behind something that was written."""
        guild_id = message.guild.id if message.guild else None
        place = await place_of(bot, message.channel.id, guild_id)
        moderator = _moderates(message.author, message.channel)
        return cls(bot, place, await asker_of(bot, message.author.id, place, moderator))

    @classmethod
    async def of_reaction(cls, bot: Vivant, reaction: discord.RawReactionActionEvent) -> Self:
        """The facts behind a reaction; Discord names no member when one is taken away."""
        place = await place_of(bot, reaction.channel_id, reaction.guild_id)
        moderator = _moderates(reaction.member, bot.get_channel(reaction.channel_id))
        return cls(bot, place, await asker_of(bot, reaction.user_id, place, moderator))

    async def ask(self, ask: Ask) -> Allowed:
        """The policy's yes.

        Raises:
            Denied: Its no, with the reason.
        """
        verdict = decide(ask, self.place, self.person, self.bot.settings.rules)
        await self._note(ask, verdict)
        if isinstance(verdict, Refused):
            self.bot.metrics.refusals.labels(verdict.reason).inc()
            raise Denied(verdict.reason)
        return verdict

    async def may_make(self, operation: Operation, body: Mapping[str, Any], *names: str) -> Allowed:
        """Ask whether a body may be sent; ``names`` are those that the bot drew before."""
        return await self.ask(Send(operation.name, body, drawn_names=frozenset(names)))

    async def may_see(self, job: Job, *, alone: bool) -> None:
        """Ask whether a job and its result may be shown here."""
        await self.ask(
            Show(
                Shown.MEDIUM,
                rating=job.rating,
                origin=job.origin,
                owner_id=job.owner_id,
                private=job.private,
                alone=alone,
                barred=False,
            )
        )

    async def may_manage(self, verb: Verb, owner_id: int, guild_id: int | None) -> None:
        """Ask whether something of somebody's may be used, stopped, repeated or removed."""
        await self.ask(Manage(verb, Thing(owner_id, guild_id)))

    async def may_open(self) -> bool:
        """Ask whether a scene may run here; returns whether it runs filtered."""
        ask = Send("create_chat_with_custom_first_message", unfiltered=False)
        return (await self.ask(ask)).filtered

    async def may_say(self, scene: Scene, text: str) -> bool:
        """Ask whether a text may be sent in a scene; returns whether the reply is filtered."""
        body = {"userMessage": text}
        ask = Send("send_chat_message", body, unfiltered=not scene.filtered)
        return (await self.ask(ask)).filtered or scene.filtered

    async def may_repeat(self, scene: Scene, asker_id: int) -> bool:
        """Ask whether a reply may be swiped or regenerated; returns whether it is filtered."""
        if self.person.person_id != scene.owner_id:
            await self.may_manage(Verb.REPEAT, asker_id, scene.guild_id)
        ask = Send("regenerate_chat_message", unfiltered=not scene.filtered)
        return (await self.ask(ask)).filtered or scene.filtered

    def offered(self, operation: Operation, field: str) -> tuple[str, ...]:
        """The values of a field that may be used here, for autocomplete."""
        rules = self.bot.settings.rules
        return allowed_values(f"{operation.name}.{field}", self.place, self.person, rules)

    async def _note(self, ask: Ask, verdict: Allowed | Refused) -> None:
        refused = isinstance(verdict, Refused)
        if not refused and not isinstance(ask, Send):
            return
        entry = Audited(
            what=type(ask).__name__.lower(),
            verdict=verdict.reason if isinstance(verdict, Refused) else verdict.mode,
            person_id=self.person.person_id,
            guild_id=self.place.guild_id,
            channel_id=self.place.channel_id,
            operation=ask.operation if isinstance(ask, Send) else None,
        )
        await self.bot.store.audit.add(entry)


async def place_of(bot: Vivant, channel_id: int, guild_id: int | None) -> Place:
    """What is true of a channel now; a thread has its parent's age flag.

    A channel that the library does not hold is fetched; what cannot be had is unknown.
    """
    if guild_id is None:
        return Place(channel_id=channel_id, is_direct=True, features_off=frozenset())
    channel = await _channel(bot, channel_id)
    server = await bot.store.servers.get(guild_id)
    parent_id = channel.parent_id if isinstance(channel, discord.Thread) else None
    return Place(
        guild_id=guild_id,
        channel_id=channel_id,
        is_direct=False,
        age_restricted=await _age_restricted(bot, channel),
        scenes_allowed=bool({channel_id, parent_id} & set(server.scenes_in)),
        features_off=frozenset(server.features_off),
    )


async def asker_of(
    bot: Vivant, person_id: int, place: Place, moderator: bool | None = None
) -> Asker:
    """What is known of a person in a place."""
    person = await bot.store.people.get(person_id)
    server = await bot.store.servers.get(place.guild_id) if place.guild_id else None
    return Asker(
        person_id=person_id,
        adult=person.adult_since is not None,
        moderator=moderator,
        blocked=person.blocked or (server is not None and person_id in server.blocked),
        operator=person_id in bot.settings.rules.operator_ids,
    )


async def _channel(bot: Vivant, channel_id: int) -> object:
    """A channel from memory, else from Discord; ``None`` if it is not to be had."""
    if channel := bot.get_channel(channel_id):
        return channel
    bot.lanes.spend()
    try:
        return await bot.fetch_channel(channel_id)
    except (discord.HTTPException, discord.InvalidData):
        return None


async def _age_restricted(bot: Vivant, channel: object) -> bool | None:
    if isinstance(channel, discord.Thread):
        parent = channel.parent or await _channel(bot, channel.parent_id)
        return await _age_restricted(bot, parent) if parent else None
    return getattr(channel, "nsfw", None)


def _moderates(person: discord.User | discord.Member | None, channel: object) -> bool | None:
    """Whether a member moderates a channel; unknown where permissions are not to be had."""
    if not isinstance(person, discord.Member):
        return None
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return None
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return None
    return channel.permissions_for(person).manage_messages
