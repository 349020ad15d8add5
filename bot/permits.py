"""What the policy says about a turn and its reply as things are now, which may be long after.

A turn may wait behind others or for a restart, and a reply is shown when it is written: by then the
place may have changed, and so may the person. Whoever works on a turn asks here, and nowhere else.
"""

from bot import screen
from bot.draft import Filter
from bot.errors import Denied
from bot.parts import Parts
from bot.policy import Allowed, Ask, Place, Reason, Refused, Send, Show, Shown, decide
from bot.provenance import as_shown, offered, source_of
from bot.store.records import Anchor, Medium, Rating, Reply, Scene, Turn
from bot.trail import Trail

NAMELESS = "Character"
"""Who speaks where a character's name may not stand."""


class Permits:
    """Asks the policy with the facts of this moment; each question raises ``Denied`` for a no."""

    def __init__(self, parts: Parts) -> None:
        self._stage = parts.stage
        self._rules = parts.rules
        self._trail = Trail(parts.store, parts.metrics)

    async def to_send(self, turn: Turn, ask: Send) -> Allowed:
        """Whether a turn may be sent, by who asked for it; nothing was sent yet."""
        place = await self._stage.place(turn.channel_id, turn.guild_id, turn.person_id)
        return await self._decided(ask, place, turn.person_id)

    async def to_tell(self, reply: Reply) -> Allowed:
        """Whether a reply may be shown where it stands; says whether it is to be filtered."""
        return await self._shown(reply, Show(Shown.SCENE, private=False, barred=False))

    async def to_show(self, reply: Reply, medium: Medium) -> Allowed:
        """Whether a picture may be shown where it stands."""
        return await self._shown(reply, as_shown(source_of(medium), alone=False))

    async def offers(self, reply: Reply, medium: Medium) -> tuple[str, ...]:
        """What may be offered under a picture where it stands, to who asked for it."""
        place = await self._stage.place(reply.channel_id, reply.guild_id, reply.asker_id)
        person = await self._stage.asker(reply.asker_id, place)
        return offered(medium, place, person, self._rules)

    async def named(self, scene: Scene) -> Scene:
        """A scene with its character as that may be named where it is now."""
        nameless = scene.model_copy(update={"character_name": NAMELESS})
        if screen.blocked(scene.character_name, self._rules.blocked_terms):
            return nameless
        if not screen.explicit(scene.character_name):
            return scene
        place = await self._stage.place(scene.channel_id, scene.guild_id)
        person = await self._stage.asker(scene.owner_id, place)
        ask = Show(Shown.TEXT, Rating.EXPLICIT, private=False, barred=False)
        verdict = decide(ask, place, person, self._rules)
        if isinstance(verdict, Allowed) and not scene.filtered:
            return scene
        return nameless

    async def filter(self, anchor: Anchor, *, explicit: bool) -> Filter:
        """What a reply leaves out where it stands."""
        note = await self._stage.filtered_note(anchor)
        return Filter(note, explicit, self._rules.blocked_terms)

    async def not_to_stand(self, turn: Turn) -> None:
        """Leave word that a reply was withheld by rule 1."""
        place = await self._stage.place(turn.channel_id, turn.guild_id)
        await self._trail.refused("reply", Reason.MINORS, place, turn.person_id)

    async def _shown(self, reply: Reply, ask: Show) -> Allowed:
        place = await self._stage.place(reply.channel_id, reply.guild_id)
        return await self._decided(ask, place, reply.asker_id)

    async def _decided(self, ask: Ask, place: Place, person_id: int) -> Allowed:
        person = await self._stage.asker(person_id, place)
        verdict = decide(ask, place, person, self._rules)
        if isinstance(verdict, Refused):
            await self._trail.verdict(ask, verdict, place, person_id)
            raise Denied(verdict.reason)
        return verdict
