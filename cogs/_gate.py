"""Interaction, message or reaction to facts, and facts to the policy's verdict.

Gathers what the policy needs to know and decides nothing itself. A refusal becomes ``Denied``,
and refusals and sends leave an entry in the audit trail: who, where, what, which verdict; never
a word of what was asked.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

import discord

from bot import screen
from bot.app import Vivant
from bot.errors import Denied
from bot.languages import said
from bot.operations import OPERATIONS, Operation
from bot.policy import (
    Allowed,
    Ask,
    Asker,
    Manage,
    Place,
    Reason,
    Refused,
    Send,
    Show,
    Shown,
    Source,
    Thing,
    Verb,
    allowed_values,
    decide,
)
from bot.screen import Use, filter_sentences
from bot.store.records import Audited, Character, Job, Rating, Scene
from bot.switches import features_off
from bot.trail import Trail
from cogs._answers import Click
from cogs._words import LEFT_OUT


@dataclass(frozen=True, slots=True)
class Facts:
    """Who asks for something where, as far as is known; ``roles`` are theirs in the server."""

    bot: Vivant
    place: Place
    person: Asker
    roles: frozenset[int] | None = None

    @classmethod
    async def of_interaction(cls, interaction: Click) -> Self:
        """The facts behind a command, button or form."""
        bot, person = interaction.client, interaction.user
        roles = roles_of(person, interaction.guild_id)
        place = await place_of(bot, interaction.channel_id or 0, interaction.guild_id, roles)
        held, here = interaction.permissions, interaction.guild_id is not None
        ranks = Ranks(here and held.manage_messages, here and held.manage_guild)
        return cls(bot, place, await asker_of(bot, person.id, place, ranks), roles)

    @classmethod
    async def of_message(cls, bot: Vivant, message: discord.Message) -> Self:
        """The facts behind something that was written."""
        guild_id = message.guild.id if message.guild else None
        roles = roles_of(message.author, guild_id)
        place = await place_of(bot, message.channel.id, guild_id, roles)
        ranks = _ranks(message.author, message.channel)
        return cls(bot, place, await asker_of(bot, message.author.id, place, ranks), roles)

    @classmethod
    async def of_reaction(cls, bot: Vivant, reaction: discord.RawReactionActionEvent) -> Self:
        """The facts behind a reaction; Discord names no member when one is taken away."""
        roles = roles_of(reaction.member, reaction.guild_id)
        place = await place_of(bot, reaction.channel_id, reaction.guild_id, roles)
        ranks = _ranks(reaction.member, bot.get_channel(reaction.channel_id))
        return cls(bot, place, await asker_of(bot, reaction.user_id, place, ranks), roles)

    async def ask(self, ask: Ask) -> Allowed:
        """The policy's yes.

        Raises:
            Denied: Its no, with the reason.
        """
        verdict = decide(ask, self.place, self.person, self.bot.settings.rules)
        trail = Trail(self.bot.store, self.bot.metrics)
        await trail.verdict(ask, verdict, self.place, self.person.person_id)
        if isinstance(verdict, Refused):
            raise Denied(verdict.reason)
        return verdict

    def allows(self, ask: Ask) -> bool:
        """Whether the policy would say yes; nothing is noted, for nothing is done."""
        verdict = decide(ask, self.place, self.person, self.bot.settings.rules)
        return isinstance(verdict, Allowed)

    async def may_make(
        self,
        operation: Operation,
        body: Mapping[str, Any],
        *names: str,
        sources: Mapping[str, Source] = MappingProxyType({}),
        stock: frozenset[str] = frozenset(),
    ) -> Allowed:
        """Ask whether a body may be sent.

        Args:
            operation: What it is sent to.
            body: All of it, by wire names.
            names: Those that the bot drew before.
            sources: What is known of the media in it.
            stock: Ids of clothes that the API offers to everybody.
        """
        names_drawn = frozenset(names)
        ask = Send(operation.name, body, sources, drawn_names=names_drawn, stock=stock)
        return await self.ask(ask)

    async def may_see(self, job: Job, *, alone: bool) -> None:
        """Ask whether a job and its result may be shown here.

        Others than the owner see it where it stands; its id alone gives no right to it.
        """
        stands_here = not job.private and job.anchor.channel_id == self.place.channel_id
        shared = frozenset({job.guild_id} if stands_here and job.guild_id else ())
        await self.ask(Manage(Verb.SEE, Thing(job.owner_id, job.guild_id, shared)))
        await self.ask(await self._showing(job, alone=alone))

    async def sees(self, job: Job) -> bool:
        """Whether the result of a job of theirs may be shown here to whoever asks, alone."""
        own = Manage(Verb.SEE, Thing(job.owner_id, job.guild_id))
        return self.allows(own) and self.allows(await self._showing(job, alone=True))

    async def _showing(self, job: Job, *, alone: bool) -> Show:
        media = [await self.bot.store.media.get(media_id) for media_id in job.media_ids]
        return Show(
            Shown.MEDIUM,
            rating=job.rating,
            origin=job.origin,
            owner_id=job.owner_id,
            private=job.private,
            alone=alone,
            barred=any(medium is not None and medium.barred for medium in media),
        )

    async def may_read(self, text: str) -> None:
        """Ask whether a text that a helper wrote may be shown to whoever asked for it, alone."""
        rating = Rating.EXPLICIT if screen.explicit(text) else Rating.CLEAN
        await self.ask(
            Show(
                Shown.TEXT,
                rating=rating,
                owner_id=self.person.person_id,
                private=True,
                alone=True,
                barred=False,
                text=text,
                use=Use.GENERATION,
            )
        )

    async def may_manage(self, verb: Verb, owner_id: int, guild_id: int | None) -> None:
        """Ask whether something of somebody's may be used, stopped, repeated or removed."""
        await self.ask(Manage(verb, Thing(owner_id, guild_id)))

    async def may_touch(self, verb: Verb, character: Character) -> None:
        """Ask whether a character may be seen, used or changed by this person here."""
        shared = frozenset(character.shared_with)
        await self.ask(Manage(verb, Thing(character.owner_id, shared_with=shared)))

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

    async def may_meet(self, *texts: str) -> None:
        """Ask whether a character may talk here whose ``texts`` the AI API holds."""
        text = "\n".join(texts)
        ask = Show(Shown.SCENE, private=False, barred=False, text=text, use=Use.CHARACTER)
        await self.ask(ask)

    def readable(self, text: str, *, filtered: bool = False, use: Use = Use.CHARACTER) -> str:
        """A text of unknown rating as it may be shown here.

        Explicit sentences are left out where they may not stand or, if ``filtered``, everywhere;
        those with a term that the operator refuses always.
        """
        ask = Show(Shown.TEXT, Rating.EXPLICIT, private=False, barred=False, text=text, use=use)
        rules = self.bot.settings.rules
        verdict = decide(ask, self.place, self.person, rules)
        reason = verdict.reason if isinstance(verdict, Refused) else None
        hit = reason is Reason.MINORS
        clean = filtered or reason not in {None, Reason.BLOCKED_TERM}
        pieces = (None,) if hit else filter_sentences(text, rules.blocked_terms, shipped=clean)
        return "".join(said(LEFT_OUT) if piece is None else piece for piece in pieces)

    def presentable(self, character: Character) -> Character:
        """A character as it may be shown here."""
        name, bio = self.readable(character.name), self.readable(character.short_bio)
        return character.model_copy(update={"name": name, "short_bio": bio})

    def nameable(self, job: Job) -> Job:
        """A job of theirs as it may be named here: without its words, if those may not stand."""
        ask = Show(Shown.TEXT, job.rating, private=False, barred=False)
        if self.allows(ask):
            return job
        texts = {option.field for option in OPERATIONS[job.operation].texts}
        body = {field: value for field, value in job.body.items() if field not in texts}
        return job.model_copy(update={"body": body})

    @property
    def may_look(self) -> bool:
        """Whether they may look at what is theirs here; asked before anything is offered."""
        return self.allows(Manage(Verb.SEE, Thing(self.person.person_id)))

    @property
    def is_explicit_here(self) -> bool:
        """Whether more than clean mode is possible for this person in this place."""
        asked = Show(Shown.MEDIUM, Rating.EXPLICIT, private=False, barred=False)
        return self.allows(asked)

    def offered(self, operation: Operation, field: str, *, upload: bool = False) -> tuple[str, ...]:
        """The values of a field that may be used here, for autocomplete; with an upload, less."""
        rules = self.bot.settings.rules
        option = f"{operation.name}.{field}"
        return allowed_values(option, self.place, self.person, rules, upload=upload)

    async def note(self, what: str, verdict: str = "done", about: int | None = None) -> None:
        """Leave an entry in the audit trail about something that this person did."""
        entry = Audited(
            what=what,
            verdict=verdict,
            person_id=self.person.person_id,
            guild_id=self.place.guild_id,
            channel_id=self.place.channel_id,
            about=about,
        )
        await self.bot.store.audit.add(entry)


def roles_of(
    person: discord.User | discord.Member | None, guild_id: int | None
) -> frozenset[int] | None:
    """The roles of somebody in a server; ``None`` where Discord did not tell."""
    if guild_id is None:
        return frozenset()
    if not isinstance(person, discord.Member):
        return None
    return frozenset(role.id for role in person.roles)


async def place_of(
    bot: Vivant,
    channel_id: int,
    guild_id: int | None,
    roles: Collection[int] | None = None,
) -> Place:
    """What is true of a channel now, for somebody with ``roles``; a thread is as its parent.

    A channel that the library does not hold is fetched; what cannot be had is unknown.
    """
    if guild_id is None:
        return Place(channel_id=channel_id, is_direct=True, features_off=frozenset())
    channel = await _channel(bot, channel_id)
    server = await bot.store.servers.get(guild_id)
    parent_id = channel.parent_id if isinstance(channel, discord.Thread) else None
    channels = (channel_id,) if parent_id is None else (channel_id, parent_id)
    return Place(
        guild_id=guild_id,
        channel_id=channel_id,
        is_direct=False,
        age_restricted=await _age_restricted(bot, channel),
        scenes_allowed=not set(channels).isdisjoint(server.scenes_in),
        features_off=features_off(server, channels, roles),
    )


@dataclass(frozen=True, slots=True)
class Ranks:
    """What somebody may do in a place, as far as is known."""

    moderator: bool | None = None
    manager: bool | None = None


async def asker_of(bot: Vivant, person_id: int, place: Place, ranks: Ranks | None = None) -> Asker:
    """What is known of a person in a place."""
    if place.guild_id:
        server, person = await bot.store.governing(place.guild_id, person_id)
        barred = person_id in server.blocked
    else:
        person, barred = await bot.store.people.get(person_id), False
    return Asker(
        person_id=person_id,
        adult=person.adult_since is not None,
        moderator=ranks.moderator if ranks else None,
        manager=ranks.manager if ranks else None,
        blocked=person.blocked or barred,
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


def _ranks(person: discord.User | discord.Member | None, channel: object) -> Ranks:
    """What a member may do in a channel; unknown where permissions are not to be had."""
    if not isinstance(person, discord.Member):
        return Ranks()
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return Ranks()
    if isinstance(channel, discord.Thread) and channel.parent is None:
        return Ranks()
    held = channel.permissions_for(person)
    return Ranks(held.manage_messages, held.manage_guild)
