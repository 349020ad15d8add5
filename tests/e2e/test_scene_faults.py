"""Scenes when something fails: the store, Discord, the AI API, the process, or the timing."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest

from bot.app import Vivant
from bot.store import keys, server
from bot.store.records import Reply, now
from sandbox.discord import Actor, Channel, Message, Permission
from tests.e2e.conftest import Town
from tests.e2e.people import CARD, finished, mira, reply_after, scene
from tests.e2e.scenes import in_step

SENDS = "POST /channels/{channel_id}/messages"
SPEAKS = "POST /webhooks/{webhook_id}/{token}"


class Heard(logging.Handler):
    """Notices a line of the log."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self._event = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if self._words in record.getMessage():
            self._event.set()

    async def wait(self) -> None:
        await asyncio.wait_for(self._event.wait(), 10)


@contextmanager
def hearing(module: str, words: str) -> Iterator[Heard]:
    """Listen to a module's log for these words."""
    heard, log = Heard(words), logging.getLogger(module)
    level = log.level
    log.addHandler(heard)
    log.setLevel(logging.INFO)
    try:
        yield heard
    finally:
        log.removeHandler(heard)
        log.setLevel(level)


@asynccontextmanager
async def store_down(town: Town) -> AsyncIterator[None]:
    """The embedded server is stopped, and started again with what it held."""
    home = server._made(town.settings.service.data_dir)
    socket = server.socket_path(home)
    await server._stop(home, socket)
    try:
        yield
    finally:
        await asyncio.to_thread(server._start, server.programs()[0], home, socket)
        await server._ready(home, socket)


async def until(fact: Callable[[], Awaitable[bool]]) -> None:
    """Ask the store until something is so."""
    async with asyncio.timeout(10):
        while not await fact():
            pass


async def turns_are(bot: Vivant, count: int) -> None:
    async def so_many() -> bool:
        return len(await bot.store.turns.active()) == count

    await until(so_many)


async def forget_lease(bot: Vivant, thread: Channel) -> None:
    """What time would do: the lease that could not be given back runs out."""
    await bot.store._link.call("DEL", keys.lease(f"turn:{thread.id}"))


def sent(town: Town) -> list[str]:
    """What was said to the AI API, in order."""
    return [call.body["userMessage"] for call in town.ai.calls.of("send_chat_message")]


async def speaking(town: Town, thread: Channel, text: str) -> Message:
    """Alice's message, once the AI API is about to answer it and is held."""
    town.ai.hold("reply")
    before = len(sent(town))
    said = await town.alice.say(thread, text)
    await town.ai.until(lambda: len(sent(town)) > before)
    return said


async def regenerating(town: Town, reply: Message) -> None:
    """Alice wished for another version, and the AI API is held before its first token."""
    town.ai.hold("reply")
    await town.alice.press(reply, "reply:regenerate")
    await town.ai.until(lambda: len(town.ai.calls.of("regenerate_chat_message")) == 1)


async def opened(town: Town) -> Channel:
    await mira(town)
    return await scene(town)


async def replies_are(thread: Channel, count: int) -> list[Message]:
    """The finished replies of a scene, its greeting included, once there are so many."""

    def replies() -> list[Message]:
        return [one for one in thread.messages if finished(one)]

    await thread.waits.until(lambda: len(replies()) == count, timeout=10, what="the replies")
    return replies()


def held(town: Town) -> list[str | None]:
    """The texts of the only chat at the AI API."""
    (chat,) = town.ai.state.chats.values()
    return [message.selected.text for message in chat.messages]


def rewrite(town: Town, text: str) -> None:
    """Let the character have said something else."""
    (chat,) = town.ai.state.chats.values()
    chat.messages[-1].selected.text = text


def newcomer(town: Town, name: str) -> Actor:
    user = town.discord.world.user(name)
    town.discord.world.join(town.guild, user)
    return town.discord.actor(user)


async def test_taking_up_turns_again_and_again_sends_none_twice(town: Town, bot: Vivant) -> None:
    thread = await opened(town)
    await speaking(town, thread, "First.")
    await town.alice.say(thread, "Second.")
    await turns_are(bot, 2)
    for _ in range(3):
        await bot.chats.resume()
    town.ai.release()
    await replies_are(thread, 3)
    await town.alice.say(thread, "Third.")
    await replies_are(thread, 4)
    assert sent(town) == ["First.", "Second.", "Third."]


async def test_a_turn_that_another_process_has_run_is_not_run_again(
    town: Town, bot: Vivant
) -> None:
    thread = await opened(town)
    async with bot.store.leases.wait(f"turn:{thread.id}"):
        await town.alice.say(thread, "First.")
        await turns_are(bot, 1)
        (turn,) = await bot.store.turns.active()
        await bot.store.turns.drop(turn.turn_id)
    said = await town.alice.say(thread, "Second.")
    await reply_after(thread, said)
    assert sent(town) == ["Second."]


async def test_what_came_during_a_reply_is_one_turn_in_its_order(town: Town, bot: Vivant) -> None:
    thread = await opened(town)
    await speaking(town, thread, "First.")
    for text in ("Second.", "Third.", "Fourth."):
        await town.alice.say(thread, text)
    await turns_are(bot, 4)
    town.ai.release()
    await replies_are(thread, 3)
    assert sent(town) == ["First.", "Second.\nThird.\nFourth."]


async def test_a_scene_that_ends_during_a_reply_stays_ended(town: Town, bot: Vivant) -> None:
    thread = await opened(town)
    said = await speaking(town, thread, "First.")
    await town.alice.slash(thread, "chat end")
    town.ai.release()
    await reply_after(thread, said)
    await turns_are(bot, 0)
    assert await bot.store.scenes.of_channel(thread.id) is None
    await town.alice.say(thread, "Hello?")
    refused = await town.alice.slash(thread, "chat end")
    assert refused.ephemeral
    assert sent(town) == ["First."]


async def test_a_store_that_is_away_for_a_moment_loses_no_turn(town: Town, bot: Vivant) -> None:
    thread = await opened(town)
    await speaking(town, thread, "First.")
    await town.alice.say(thread, "Second.")
    await turns_are(bot, 2)
    with hearing("bot.inbox", "is tried again") as heard:
        async with store_down(town):
            town.ai.release()
            await heard.wait()
    await forget_lease(bot, thread)
    await replies_are(thread, 3)
    await turns_are(bot, 0)
    assert sent(town) == ["First.", "Second."]
    assert bot.lanes._schedule.streams == 0


async def test_a_reply_that_could_not_be_shown_is_shown_by_the_next_process(town: Town) -> None:
    async with town.bot() as bot:
        thread = await opened(town)
        said = await speaking(town, thread, "First.")
        await bot.lanes.close()
        with hearing("bot.inbox", "is tried again") as heard:
            town.ai.release()
            await heard.wait()
        await turns_are(bot, 1)
    async with town.bot():
        await reply_after(thread, said)
    assert sent(town) == ["First."]


async def test_a_regeneration_survives_the_process_that_began_it(town: Town) -> None:
    async with town.bot():
        thread = await opened(town)
        said = await town.alice.say(thread, "First.")
        reply = await reply_after(thread, said)
        await regenerating(town, reply)
    town.ai.release()
    async with town.bot():
        await town.discord.until(lambda: "2/2" in reply.buttons, what="the second version")


async def test_a_search_goes_on_after_an_answer_that_cannot_be_read(town: Town) -> None:
    async with town.bot():
        thread = await opened(town)
        said = await speaking(town, thread, "First.")
    town.ai.release()
    await town.ai.until(lambda: len(held(town)) == 3)
    town.ai.faults.garble("get_chat")
    async with town.bot():
        await reply_after(thread, said)
    assert not any("⚠️" in one.text for one in thread.messages)


async def test_a_store_that_is_away_answers_in_nobodys_thread(town: Town, bot: Vivant) -> None:
    place = await town.bob.thread(town.lounge, "chatter")
    await town.discord.until(lambda: bot.get_channel(place.id) is not None, what="the thread")
    with hearing("cogs.scenes", "cannot tell whether a scene runs") as heard:
        async with store_down(town):
            said = await town.bob.say(place, "Hi all.")
            await heard.wait()
    assert place.messages[-1] is said


async def test_a_channel_that_may_show_no_scenes_any_more_costs_no_message_of_the_chat(
    town: Town, bot: Vivant
) -> None:
    thread = await opened(town)
    said = await speaking(town, thread, "First.")
    await lose_age_restriction(town, bot)
    town.ai.release()
    await thread.message(lambda one: one.id > said.id and "not shown" in one.text)
    await turns_are(bot, 0)
    assert town.ai.calls.of("delete_chat_messages") == []
    assert len(held(town)) == 3


async def lose_age_restriction(town: Town, bot: Vivant) -> None:
    town.stories.nsfw = False
    town.discord.world.announce(town.stories, "CHANNEL_UPDATE")

    def known() -> bool:
        return not getattr(bot.get_channel(town.stories.id), "nsfw", True)

    await town.discord.until(known, what="the bot's notice of it")


async def test_a_reply_under_rule_1_is_taken_back_however_often_that_fails(town: Town) -> None:
    async with town.bot():
        thread = await opened(town)
        said = await speaking(town, thread, "First.")
    town.ai.release()
    await town.ai.until(lambda: len(held(town)) == 3)
    rewrite(town, "She is 15 years old. They kiss.")
    town.ai.faults.fail("delete_chat_messages", 500, times=1)
    async with town.bot() as bot:
        await thread.message(lambda one: one.id > said.id and "withheld" in one.text)
        await turns_are(bot, 0)
        noted = [one for one in await bot.store.audit.recent(50) if one.what == "reply"]
        assert [(one.verdict, one.person_id) for one in noted] == [("minors", town.alice.user.id)]
    assert len(held(town)) == 1
    assert len(town.ai.calls.of("delete_chat_messages")) == 2
    assert not any("kiss" in one.text for one in thread.messages)


async def test_a_reply_is_filtered_where_its_place_asks_for_it_by_now(town: Town) -> None:
    town.variables["EXPLICIT_ENABLED"] = "true"
    async with town.bot() as bot:
        async with bot.store.person(town.alice.user.id) as person:
            person.adult_since = now()
        # Not saved past the lease: the bot notes at the same time that it is in this server.
        async with bot.store.server(town.guild.id) as server_record:
            server_record.scenes_in = [town.stories.id]
        thread = await opened(town)
        said = await speaking(town, thread, "First.")
        (turn,) = await bot.store.turns.active()
        assert not turn.filtered
    town.stories.nsfw = False
    town.ai.release()
    await town.ai.until(lambda: len(held(town)) == 3)
    rewrite(town, "The lamp turns. He was naked.")
    async with town.bot():
        reply = await reply_after(thread, said)
    assert "The lamp turns." in reply.text
    assert "naked" not in reply.text


async def test_a_regeneration_that_fails_with_the_api_away_does_not_stay_unfinished(
    town: Town, bot: Vivant
) -> None:
    thread = await opened(town)
    said = await town.alice.say(thread, "Tell me a long story.")
    last = await reply_after(thread, said)
    first = next(one for one in thread.messages if one.id > said.id)
    town.ai.pace.speed = 3
    town.ai.faults.break_stream(150)
    town.ai.faults.fail("get_chat", 403, nth=2, times=200)
    await town.alice.press(last, "reply:regenerate")
    await town.discord.until(lambda: first.text.endswith("▌"), timeout=10, what="a preview")
    await town.discord.until(lambda: "⚠️" in first.text, timeout=30, what="the end")
    assert "▌" not in first.text
    await turns_are(bot, 0)
    assert bot.lanes._schedule.streams == 0


async def test_a_regeneration_that_never_began_leaves_the_version_that_stands(
    town: Town, bot: Vivant
) -> None:
    thread = await opened(town)
    said = await town.alice.say(thread, "First.")
    reply = await reply_after(thread, said)
    text = reply.text
    town.ai.faults.fail("get_chat", 403, times=2)
    refused = await town.alice.press(reply, "reply:regenerate")
    assert (await refused.followup()).ephemeral
    await turns_are(bot, 0)
    assert (reply.text, "1/1" in reply.buttons) == (text, True)


async def test_a_swipe_shows_itself_where_the_reply_stands_now(town: Town, bot: Vivant) -> None:
    thread = await opened(town)
    said = await town.alice.say(thread, "First.")
    reply = await reply_after(thread, said)
    await town.alice.press(reply, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in reply.buttons, what="the second version")
    known = await bot.store.replies.of_shown(reply.id)
    assert known
    old = Reply(**{**known.model_dump(), "shown": []})
    await bot.chats.revisions.swipe(old, -1, filtered=True)
    assert "1/2" in reply.buttons
    assert thread.messages[-1] is reply


@pytest.mark.usefixtures("bot")
async def test_an_arrow_taken_away_leafs_and_a_circle_does_not_regenerate(town: Town) -> None:
    thread = await opened(town)
    said = await town.alice.say(thread, "First.")
    reply = await reply_after(thread, said)
    for _ in range(2):
        await town.alice.press(reply, "reply:regenerate")
    await town.discord.until(lambda: "3/3" in reply.buttons, what="the third version")
    await town.alice.react(reply, "🔁")
    await town.discord.until(lambda: "4/4" in reply.buttons, what="the fourth version")
    await town.alice.unreact(reply, "🔁")
    await town.alice.react(reply, "⬅️")
    await town.discord.until(lambda: "3/4" in reply.buttons, what="the third version")
    await town.alice.unreact(reply, "⬅️")
    await town.discord.until(lambda: "2/4" in reply.buttons, what="the second version")
    assert len(town.ai.calls.of("regenerate_chat_message")) == 3


@pytest.mark.usefixtures("bot")
async def test_a_name_that_may_not_be_sent_is_not(town: Town) -> None:
    someone = newcomer(town, "12yo schoolgirl")
    form = await someone.slash(town.stories, "character create")
    await (await someone.submit(form, CARD)).answer()
    started = await someone.slash(town.stories, "chat start", character="Mira")
    await started.answer()
    (created,) = town.ai.calls.of("create_chat_persona")
    assert created.body["name"] == "Guest"


@pytest.mark.usefixtures("bot")
async def test_the_name_in_front_of_what_a_guest_says_is_screened_too(town: Town) -> None:
    thread = await opened(town)
    guest = newcomer(town, "12yo schoolgirl")
    said = await guest.say(thread, "Kiss me.")
    await thread.message(lambda one: one.id > said.id and "minors" in one.text)
    assert sent(town) == []


async def test_asked_twice_at_once_a_person_gets_one_persona(town: Town, bot: Vivant) -> None:
    asks = (bot.library.first_persona(town.bob.user.id, "bob") for _ in range(3))
    personas = await asyncio.gather(*asks)
    assert len({persona.persona_id for persona in personas}) == 1
    assert len(town.ai.calls.of("create_chat_persona")) == 1


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("route", [SENDS, SPEAKS])
async def test_a_scene_that_cannot_open_leaves_nothing_behind(town: Town, route: str) -> None:
    await mira(town)
    refusal = {"message": "Missing Permissions", "code": 50013}
    town.discord.faults.fail(route, status=403, body=refusal)
    started = await town.alice.slash(town.stories, "chat start", character="Mira")
    assert "waits in" not in (await started.answer()).text
    assert town.guild.threads == {}
    assert town.ai.state.chats == {}


async def test_help_is_no_entry_of_the_audit_trail(town: Town, bot: Vivant) -> None:
    await town.alice.slash(town.lounge, "help")
    assert await bot.store.audit.recent(10) == []


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("fault", ["stream_error", "break_stream"])
async def test_what_was_said_in_vain_is_in_the_chat_once_when_it_is_said_again(
    town: Town, fault: str
) -> None:
    thread = await opened(town)
    getattr(town.ai.faults, fault)(0)
    said = await town.alice.say(thread, "Hello?")
    await thread.message(lambda one: one.id > said.id and "⚠️" in one.text)
    again = await town.alice.say(thread, "Hello?")
    await reply_after(thread, again)
    assert len(sent(town)) == 2
    assert held(town).count("Hello?") == 1
    assert len(held(town)) == 3


async def test_what_the_api_kept_of_a_reply_that_ended_in_an_error_is_shown(
    town: Town, bot: Vivant
) -> None:
    thread = await opened(town)
    town.ai.faults.stream_error(12, kept=True)
    reply = await reply_after(thread, await town.alice.say(thread, "Hello?"))
    assert reply.text.split() == (held(town)[-1] or "").split()
    await in_step(town, bot, thread)


@pytest.mark.usefixtures("bot")
async def test_a_version_that_was_lost_asks_nobody_to_send_a_message_again(town: Town) -> None:
    thread = await opened(town)
    reply = await reply_after(thread, await town.alice.say(thread, "Hello?"))
    town.ai.faults.break_stream(2)
    told = (await (await town.alice.press(reply, "reply:regenerate")).followup()).text
    assert "⟳" in told
    assert "message again" not in told


@pytest.mark.parametrize("locked", [False, True])
@pytest.mark.parametrize("by_webhook", [False, True])
async def test_a_thread_that_closes_before_the_reply_is_opened_again_or_left(
    town: Town, bot: Vivant, *, locked: bool, by_webhook: bool
) -> None:
    world = town.discord.world
    if not by_webhook:
        world.overwrite(town.stories, world.bot.user, deny=Permission.MANAGE_WEBHOOKS)
    town.guild.roles[max(town.guild.roles)].permissions &= ~Permission.MANAGE_THREADS
    thread = await opened(town)
    said = await speaking(town, thread, "Hello?")
    await town.owner.archive(thread, locked=locked)
    town.ai.release()
    if not locked:
        await reply_after(thread, said)
    await turns_are(bot, 0)
    await in_step(town, bot, thread)
    assert len(held(town)) == 3
