"""Who may press what: every button, by everybody, with ids that were typed by hand."""

from collections.abc import Mapping
from functools import partial

import pytest

from bot.app import Vivant
from sandbox.discord import Actor, Asked, Channel, Message
from tests.e2e.conftest import Town
from tests.e2e.forging import custom_ids, forged
from tests.e2e.people import mira, moderator, picture, reply, scene

OWNER, OTHER, MOD = "owner", "other", "mod"
BOSS, BLOCKED, STRANGER = "boss", "blocked", "stranger"
DEFERRED = {5, 6}
"""Answers that only promise one (Discord, Interaction Callback Type)."""

EVERYBODY = {OWNER, OTHER, MOD, BOSS, BLOCKED, STRANGER}

TABLE: Mapping[str, set[str]] = {
    "job:again:{job}": {OWNER},
    "job:details:{job}": {OWNER, OTHER, MOD, BOSS},
    "job:details:{private}": {OWNER},
    "job:show:{job}": {OWNER, OTHER, MOD, BOSS},
    "job:show:{private}": {OWNER},
    "job:cancel:{running}": {OWNER, MOD, BOSS},
    "job:delete:{job}": {OWNER, MOD, BOSS},
    "job:delete:{private}": {OWNER, MOD, BOSS},
    "job:vary:{job}": {OWNER},
    "job:ping:{running}": {OWNER},
    "job:here:{job}": {OWNER},
    "job:here:{private}": set(),
    "job:choose": set(),
    "make:upscale_image:{job}:0": {OWNER},
    "make:edit_image:{job}:0": {OWNER},
    "from:upscale_image:1": set(),
    "from:describe:1": set(),
    "work:star:1:{job}": {OWNER},
    "work:ask:1:{job}": {OWNER},
    "work:delete:1:{job}": set(),
    "work:keep:1:{job}": set(),
    "works:1": set(),
    "gallery:1:0": set(),
    "draft:make:1": set(),
    "draft:change:1": set(),
    "clothes:describe:1": set(),
    "character:of:{job}:0": {OWNER},
    "character:of:{private}:0": set(),
    "region:1": set(),
    "shelf:poses:0": EVERYBODY - {BLOCKED},
    "thing:poses": set(),
    "report:ask:job:{job}": {OWNER, OTHER, MOD, BOSS},
    "report:ask:reply:{reply}": {OWNER, OTHER, MOD, BOSS},
    "report:takedown:{report}": {MOD, BOSS},
    "report:block:{report}": {MOD, BOSS},
    "report:unblock:{report}": {MOD, BOSS},
    "reply:back": set(),
    "reply:forward": set(),
    "reply:regenerate": set(),
    "reply:edit": set(),
    "reply:photo": set(),
    "reply:animate": set(),
    "reply:more": set(),
    "reply:stop": set(),
    "part:edit:{reply}": set(),
    "rewind:ask:{reply}": set(),
    "rewind:do:{reply}": set(),
    "rewind:keep:{reply}": set(),
    "rewind:replay:{reply}": set(),
    "scene:say": set(),
    "scene:reset": set(),
    "history:0": set(),
    "sketch:accept:{reply}": set(),
    "sketch:refine:{reply}": set(),
    "scenes:allow:1": {BOSS, STRANGER},
    "settings:feature:server": set(),
    "settings:log": {BOSS, STRANGER},
    "settings:block": {BOSS, STRANGER},
    "settings:language": {BOSS, STRANGER},
    "settings:scenes:channel-1": {BOSS, STRANGER},
    "settings:look:server": {BOSS, STRANGER},
    "characters:page:0": EVERYBODY - {BLOCKED},
    "why:1": set(),
    "why:denied": EVERYBODY,
    "adult:yes": EVERYBODY,
    "adult:no": EVERYBODY,
    "privacy:delete": EVERYBODY,
}
"""Who gets through. The stranger owns another server, and presses there.

What belongs to a scene is pressed where none is, with the id of a reply that stands elsewhere.
"""

AGAIN = {OWNER, MOD, BOSS}
IN_SCENE: Mapping[str, set[str]] = {
    "reply:regenerate": AGAIN,
    "reply:edit": {OWNER},
    "part:edit:{reply}": {OWNER},
    "reply:photo": EVERYBODY - {BLOCKED},
    "rewind:ask:{reply}": AGAIN,
    "rewind:keep:{reply}": AGAIN,
    "scene:reset": {OWNER},
    "history:0": {OWNER},
}
"""Who is not refused where the scene is."""

REFUSALS = ("it belongs to can do that", "can't use this bot here")


PLACEHOLDERS = {
    *("0", "1", "server", "channel-1", "role-1", "channel", "role"),
    *("job1", "1-1", "upscale_image", "poses"),
}
DELETIONS = ("delete_prompt", "delete_prompt_from_queue")


class Cast:
    """The people, and where each of them presses."""

    def __init__(self, town: Town) -> None:
        world = town.discord.world
        stranger, blocked = world.user("stranger"), world.user("blocked")
        world.join(town.guild, blocked)
        village = world.guild("Village", stranger)
        square = world.channel(village, "square")
        self.people: dict[str, tuple[Actor, Channel]] = {
            OWNER: (town.alice, town.lounge),
            OTHER: (town.bob, town.lounge),
            MOD: (moderator(town), town.lounge),
            BOSS: (town.owner, town.lounge),
            BLOCKED: (town.discord.actor(blocked), town.lounge),
            STRANGER: (town.discord.actor(stranger), square),
        }


async def thing(town: Town, bot: Vivant, kind: str) -> str:
    """The id of a fresh thing of Alice's."""
    if kind in {"job", "private", "report"}:
        message = await picture(town, private=kind == "private")
        if kind == "report":
            opened = await town.bob.press(message, "Report")
            await (await town.bob.submit(opened, {"What is wrong with it?": "it"})).answer()
            return (await bot.store.reports.of_owner(town.bob.user.id, limit=1))[0].report_id
    elif kind == "running":
        town.ai.hold("generation")
        made = len(town.ai.calls.of("create_image_prompt"))
        await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
        await town.ai.until(lambda: len(town.ai.calls.of("create_image_prompt")) > made)
    elif kind == "reply":
        thread = next(iter(town.guild.threads.values()), None)
        if thread is None:
            await mira(town)
            thread = await scene(town)
        return str(thread.messages[-1].id)
    found = await bot.store.jobs.of_owner(town.alice.user.id, limit=1)
    return found[0].job_id if found else ""


@pytest.mark.parametrize("template", TABLE)
async def test_an_id_is_a_claim_and_no_right(town: Town, bot: Vivant, template: str) -> None:
    cast = Cast(town)
    await block(town, bot, cast)
    await town.discord.until(lambda: len(bot.guilds) == 2, what="the village")
    kind = template.partition("{")[2].partition("}")[0]
    custom_id = template.format(**{kind: await thing(town, bot, kind)})
    for who in sorted(EVERYBODY - TABLE[template]):
        assert await refused(town, bot, cast.people[who], custom_id), f"{who} got through"
    for who in sorted(TABLE[template]):
        assert not await refused(town, bot, cast.people[who], custom_id), f"{who} was refused"
        await block(town, bot, cast)
        custom_id = template.format(**{kind: await thing(town, bot, kind)})


@pytest.mark.parametrize("template", IN_SCENE)
async def test_in_a_scene_its_owner_and_moderators_decide(
    town: Town, bot: Vivant, template: str
) -> None:
    cast = Cast(town)
    await block(town, bot, cast)
    await mira(town)
    thread = await scene(town)
    shown = await reply(town, thread, "Hello.")
    custom_id = template.format(reply=shown.id)
    allowed = list[Asked]()
    for who in sorted(EVERYBODY - {STRANGER}):
        person, _ = cast.people[who]
        if custom_id in {"reply:regenerate", "reply:edit", "reply:photo"}:
            asked = await person.press(shown, custom_id)
        else:
            asked = await forged(town, bot, person, thread, custom_id)
        if who in IN_SCENE[template]:
            allowed.append(asked)
        else:
            await town.discord.until(partial(_is_refused, asked), what=f"the refusal of {who}")
    assert not any(map(_is_refused, allowed))


def _is_refused(asked: Asked) -> bool:
    """Whether the policy said no by now."""
    answer = asked.interaction.response
    said = [*asked.followups, *([answer] if answer else [])]
    return any(words in one.text for one in said for words in REFUSALS)


async def block(town: Town, bot: Vivant, cast: Cast) -> None:
    """Let one person be blocked, and nobody else."""
    async with bot.store.server(town.guild.id) as server:
        server.blocked = [cast.people[BLOCKED][0].user.id]


async def refused(town: Town, bot: Vivant, person: tuple[Actor, Channel], custom_id: str) -> bool:
    """Whether somebody who presses a forged button is refused."""
    asked = await forged(town, bot, *person, custom_id)
    if asked.interaction.answer_type in DEFERRED:
        await _settled(town, asked)
    if asked.interaction.modal:
        return False
    said: Message = asked.followups[-1] if asked.followups else asked.message
    return "⚠️" in said.text


async def _settled(town: Town, asked: Asked) -> None:
    """Wait until a deferred press came to something: a refusal, an edit, or the end of a job."""

    def came() -> bool:
        message = asked.interaction.message
        changed = message is not None and (message.deleted or len(message.revisions) > 1)
        answered = asked.interaction.response is not None and not asked.deferred
        deleted = bool(
            town.ai.calls.of("delete_prompt") + town.ai.calls.of("delete_prompt_from_queue")
        )
        return bool(asked.followups) or changed or answered or deleted

    await town.discord.until(came, what="what came of the press")


def test_the_table_has_every_button(bot: Vivant) -> None:
    templates = bot._connection._view_store._dynamic_items
    ids = ["job1", "1", "1-1"]
    for pattern in templates:
        for custom_id in custom_ids(pattern.pattern, ids):
            assert any(_alike(custom_id, known) for known in TABLE), custom_id


def _alike(custom_id: str, known: str) -> bool:
    """Whether both are the same button but for the ids and scopes in them."""
    mine, theirs = custom_id.split(":"), known.split(":")
    return len(mine) == len(theirs) and all(
        one == other or other.startswith("{") or {one, other} <= PLACEHOLDERS
        for one, other in zip(mine, theirs, strict=True)
    )
