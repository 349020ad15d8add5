"""A scene's life around its replies: where it opens, how it goes on, what is kept of it."""

import pytest

from bot.app import Vivant
from sandbox.discord import Channel, Permission
from sandbox.discord.acts import threads
from tests.e2e.conftest import Town
from tests.e2e.people import mira, reply_after, scene
from tests.e2e.scenes import answered, held, in_step, texts


@pytest.fixture
async def thread(town: Town, bot: Vivant) -> Channel:  # noqa: ARG001 - it has to be running
    await mira(town)
    return await scene(town)


async def resumed(town: Town, place: Channel) -> Channel:
    """The thread of Alice's newest chat, resumed."""
    before = set(town.guild.threads)
    (offered, *_) = await town.alice.autocomplete(place, "chat resume", "scene")
    asked = await town.alice.slash(place, "chat resume", scene=offered["value"])
    assert "waits in" in (await asked.answer()).text
    return next(each for key, each in town.guild.threads.items() if key not in before)


async def test_a_chat_is_resumed_in_a_new_thread_with_a_recap(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    await answered(town.alice, thread, "First.")
    await answered(town.alice, thread, "Second.")
    await town.alice.slash(thread, "chat end")
    again = await resumed(town, town.stories)
    card, newest = again.messages[-2], again.messages[-1]
    assert "First." in card.text
    assert str(texts(held(town))[-1])[:30] in newest.text
    await in_step(town, bot, again)
    assert "1/1" in (await answered(town.alice, again, "Third.")).buttons
    assert len(town.ai.state.chats) == 1


async def test_a_chat_deleted_at_the_api_is_not_resumed(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    await town.alice.slash(thread, "chat end")
    (offered, *_) = await town.alice.autocomplete(town.stories, "chat resume", "scene")
    town.ai.state.chats.clear()
    asked = await town.alice.slash(town.stories, "chat resume", scene=offered["value"])
    assert "no longer has that chat" in (await asked.answer()).text
    assert len(town.guild.threads) == 1
    assert await bot.store.scenes.of_channel(thread.id) is None


async def test_a_chat_deleted_at_the_api_ends_its_scene_in_words(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    reply = await answered(town.alice, thread, "First.")
    town.ai.state.chats.clear()
    said = await town.alice.say(thread, "Second.")
    await thread.message(lambda one: one.id > said.id and "no longer has that chat" in one.text)
    refused = await town.alice.press(reply, "reply:regenerate")
    assert "No scene is open here" in (await refused.followup()).text
    await in_step(town, bot, thread)


async def test_starting_over_takes_back_everything_but_the_opening(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    said = await town.alice.say(thread, "First.")
    await reply_after(thread, said)
    asked = await town.alice.slash(thread, "chat reset")
    await town.alice.press(asked.message, "Start over")
    opening = await thread.message(lambda one: one.id > said.id and "lamp is lit" in one.text)
    assert texts(held(town)) == ["Welcome, alice. The lamp is lit."]
    await town.alice.react(opening, "🔁")
    await town.discord.until(lambda: "2/2" in opening.buttons, what="another opening")
    await in_step(town, bot, thread)


async def test_history_shows_every_version(town: Town, thread: Channel) -> None:
    reply = await answered(town.alice, thread, "Tell me.")
    first = reply.content
    await town.alice.press(reply, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in reply.buttons, what="one more version")
    asked = await town.alice.slash(thread, "chat history")
    shown = await asked.answer()
    assert shown.ephemeral
    assert "2 versions" in shown.text
    assert first[:40].replace("*", "\\*") in shown.text
    refused = await town.bob.slash(thread, "chat history")
    assert "belongs to" in (await refused.answer()).text


@pytest.mark.parametrize(("kind", "name"), [("HTML", "chat.html"), ("Markdown", "chat.md")])
async def test_a_chat_can_be_taken_home(town: Town, thread: Channel, kind: str, name: str) -> None:
    await answered(town.alice, thread, "<b>Tell me.</b>")
    asked = await town.alice.slash(thread, "chat export", kind=kind)
    (file,) = (await asked.answer()).attachments
    assert file.filename == name
    assert b"The lamp is lit." in file.content
    assert (b"<b>" in file.content) is (kind == "Markdown")


async def test_a_changed_persona_begins_a_new_chat_from_the_last_words(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    await answered(town.alice, thread, "First.")
    last = texts(held(town))[-1]
    opened = await town.alice.slash(thread, "persona create")
    await (await town.alice.submit(opened, {"Name": "Captain"})).answer()
    asked = await town.alice.slash(thread, "chat persona", persona="Captain")
    assert "You are Captain now" in (await asked.answer()).text
    assert len(town.ai.state.chats) == 2
    assert texts(held(town)) == [last]
    assert town.ai.state.personas[held(town).persona_id].name == "Captain"
    await in_step(town, bot, thread)


async def test_a_paused_character_hears_nothing_until_it_is_woken(
    town: Town, thread: Channel
) -> None:
    refused = await town.bob.slash(thread, "chat pause")
    assert refused.ephemeral
    await town.owner.slash(thread, "chat pause")
    await town.alice.say(thread, "Hello?")
    await town.alice.slash(thread, "chat pause")
    await answered(town.alice, thread, "And now?")
    assert [call.body["userMessage"] for call in town.ai.calls.of("send_chat_message")] == [
        "And now?"
    ]


async def test_an_opening_is_chosen_among_the_greetings(town: Town, bot: Vivant) -> None:
    await mira(town)
    (character,) = await bot.store.characters.of_owner(town.alice.user.id)
    character.greetings = ["Ahoy, {{user}}!"]
    await bot.store.characters.save(character)
    offered = await town.alice.autocomplete(town.stories, "chat start", "opening", character="Mira")
    assert [choice["value"] for choice in offered] == [1, 2]
    asked = await town.alice.slash(town.stories, "chat start", character="Mira", opening=2)
    await asked.answer()
    assert texts(held(town)) == ["Ahoy, alice!"]


async def test_a_scene_opens_in_the_very_thread_once(town: Town, bot: Vivant) -> None:
    await mira(town)
    own = await town.alice.thread(town.stories, "our place")
    asked = await town.alice.slash(own, "chat start", character="Mira", here=True)
    assert own.mention in (await asked.answer()).text
    await answered(town.alice, own, "Hello.")
    refused = await town.alice.slash(own, "chat start", character="Mira", here=True)
    assert "A scene is on here already" in (await refused.answer()).text
    assert len(town.ai.state.chats) == 1
    await in_step(town, bot, own)


async def test_without_the_permission_to_make_threads_nothing_is_left_behind(
    town: Town, bot: Vivant
) -> None:
    await mira(town)
    denied = Permission.CREATE_PUBLIC_THREADS
    town.discord.world.overwrite(town.stories, town.discord.world.bot.user, deny=denied)
    asked = await town.alice.slash(town.stories, "chat start", character="Mira")
    assert "create threads" in (await asked.answer()).text
    assert town.ai.state.chats == {}
    assert await bot.store.scenes.open() == []


async def test_a_deleted_thread_ends_its_scene(town: Town, bot: Vivant, thread: Channel) -> None:
    threads.delete(town.discord.world, town.owner.user, thread)
    await resumed(town, town.stories)
    assert len(await bot.store.scenes.open()) == 1


async def test_a_thread_deleted_while_a_reply_is_written_leaves_the_chat_whole(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    town.ai.hold("reply")
    await town.alice.say(thread, "Tell me.")
    await town.ai.until(lambda: len(town.ai.calls.of("send_chat_message")) == 1)
    threads.delete(town.discord.world, town.owner.user, thread)
    town.ai.release()
    await town.ai.until(lambda: len(held(town).messages) == 3)
    again = await resumed(town, town.stories)
    assert str(texts(held(town))[-1])[:30] in again.messages[-1].text
    await in_step(town, bot, again)


async def test_an_archived_thread_opens_again_when_something_is_pressed(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    reply = await answered(town.alice, thread, "Tell me.")
    await town.owner.archive(thread)
    await town.alice.press(reply, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in reply.buttons, what="one more version")
    await in_step(town, bot, thread)


async def test_in_a_locked_thread_the_api_and_the_record_agree(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    reply = await answered(town.alice, thread, "Tell me.")
    town.guild.roles[max(town.guild.roles)].permissions &= ~Permission.MANAGE_THREADS
    await town.owner.archive(thread, locked=True)
    asked = await town.alice.press(reply, "reply:regenerate")
    assert "gone" in (await asked.followup()).text
    await town.owner.archive(thread, locked=False)
    await town.owner.unarchive(thread)
    await town.alice.react(reply, "⬅️")
    await town.discord.until(lambda: "1/2" in reply.buttons, what="the first version")
    await in_step(town, bot, thread)
