"""What a filtered scene leaves out, and what rule 1 withholds: wherever a scene's texts appear."""

import pytest

from bot.app import Vivant
from sandbox.discord import Asked, Channel, Message
from tests.e2e.conftest import Town
from tests.e2e.people import mira, reply, reply_after, scene
from tests.e2e.scenes import begun, held

HIDDEN, MINOR = "naked", "fifteen"
FIRST = "The lamp turns. He was naked. Rain again!"
SECOND = "The sea is calm. She was naked too. Good night."
FORBIDDEN = "She is fifteen years old. They kiss."


@pytest.fixture
async def thread(town: Town, bot: Vivant) -> Channel:  # noqa: ARG001 - it has to be running
    await mira(town)
    return await scene(town)


async def told(town: Town, thread: Channel) -> Message:
    """A reply of two versions, with a sentence in each that a filtered scene leaves out."""
    town.ai.state.lines += [FIRST, SECOND]
    shown = await reply(town, thread, "Tell me.")
    await town.alice.press(shown, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in shown.buttons, what="the second version")
    return shown


def everything(town: Town) -> str:
    """All that the bot ever showed, files included, and what it filled into forms."""
    world = town.discord.world
    messages = [each for each in world.messages.values() if each.author.bot]
    states = [str(state) for each in messages for state in each.revisions]
    files = [
        file.content.decode("utf-8", "replace") for each in messages for file in each.attachments
    ]
    return "\n".join([*states, *files, *(each.text for each in messages)])


async def test_a_sentence_that_may_not_stand_stands_nowhere(town: Town, thread: Channel) -> None:
    shown = await told(town, thread)
    assert "The sea is calm." in shown.text
    await town.alice.press(shown, "reply:back")
    await town.discord.until(lambda: "1/2" in shown.buttons, what="the first version")
    assert "Rain again!" in shown.text
    history = await town.alice.slash(thread, "chat history")
    assert "2 versions" in (await history.answer()).text
    for kind in ("HTML", "Markdown"):
        await (await town.alice.slash(thread, "chat export", kind=kind)).answer()
    opened = await town.alice.press(shown, "reply:edit")
    assert "Rain again!" in filled_in(opened)
    assert HIDDEN not in filled_in(opened)
    await reply(town, thread, "Go on.")
    await again(town, thread)
    assert HIDDEN not in everything(town)


async def test_what_the_operator_refuses_stands_nowhere_in_a_scene(town: Town) -> None:
    town.variables["BLOCKED_TERMS"] = "rain"
    async with town.bot():
        await mira(town)
        thread = await scene(town)
        shown = await told(town, thread)
        await town.alice.press(shown, "reply:back")
        await town.discord.until(lambda: "1/2" in shown.buttons, what="the first version")
        assert "The lamp turns." in shown.text
        await (await town.alice.slash(thread, "chat history")).answer()
        assert "Rain" not in everything(town)


def filled_in(opened: Asked) -> str:
    return str(opened.modal)


async def again(town: Town, thread: Channel) -> Channel:
    """The thread in which Alice's chat goes on, with a recap on top."""
    known = set(town.guild.threads)
    await town.alice.slash(thread, "chat end")
    (offered, *_) = await town.alice.autocomplete(town.stories, "chat resume", "scene")
    resumed = await town.alice.slash(town.stories, "chat resume", scene=offered["value"])
    assert "waits in" in (await resumed.answer()).text
    (new,) = set(town.guild.threads) - known
    return town.guild.threads[new]


async def test_an_edit_leaves_nothing_behind_that_may_not_stand(
    town: Town, thread: Channel
) -> None:
    shown = await told(town, thread)
    opened = await town.alice.press(shown, "reply:edit")
    await town.alice.submit(opened, {"Its words": "A gull cries. They were naked. So be it."})
    await town.discord.until(lambda: "gull" in shown.text, what="the new words")
    assert "So be it." in shown.text
    assert HIDDEN not in everything(town)


async def test_what_rule_1_forbids_is_neither_swiped_to_nor_told_again(
    town: Town, thread: Channel
) -> None:
    shown = await told(town, thread)
    message = held(town).messages[-1]
    message.candidates[0].text = FORBIDDEN
    refused = await town.alice.press(shown, "reply:back")
    assert "minors" in (await refused.followup()).text
    assert message.selected_id == message.candidates[1].candidate_id
    assert "2/2" in shown.buttons
    history = await town.alice.slash(thread, "chat history")
    assert "2 versions" in (await history.answer()).text
    for kind in ("HTML", "Markdown"):
        await (await town.alice.slash(thread, "chat export", kind=kind)).answer()
    assert MINOR not in everything(town)


async def test_a_chat_whose_newest_words_rule_1_forbids_opens_nowhere_again(
    town: Town, bot: Vivant, thread: Channel
) -> None:
    await told(town, thread)
    for candidate in held(town).messages[-1].candidates:
        candidate.text = FORBIDDEN
    (ours,) = await bot.store.scenes.open()
    await town.alice.slash(thread, "chat end")
    resumed = await town.alice.slash(town.stories, "chat resume", scene=ours.chat_id)
    assert "minors" in (await resumed.answer()).text
    assert list(town.guild.threads) == [thread.id]
    assert await bot.store.scenes.open() == []
    assert MINOR not in everything(town)


async def test_words_under_rule_1_are_put_into_nobodys_mouth(town: Town, thread: Channel) -> None:
    shown = await told(town, thread)
    opened = await town.alice.press(shown, "reply:edit")
    refused = await town.alice.submit(opened, {"Its words": FORBIDDEN})
    assert "minors" in (await refused.answer()).text
    assert town.ai.calls.of("update_candidate_message") == []


async def test_a_stopped_reply_keeps_its_gap(town: Town, thread: Channel) -> None:
    town.ai.state.lines.append(FIRST + " " + "The wind howls around the tower. " * 30)
    said, growing = await begun(town, thread, "Tell me.")
    await town.alice.press(growing, "reply:stop")
    await town.discord.until(lambda: "▌" not in growing.text, what="the pause")
    town.ai.release()
    shown = await reply_after(thread, said)
    assert "Rain again!" in shown.text
    assert HIDDEN in (held(town).messages[-1].selected.text or "")
    assert len(held(town).messages[-1].selected.text or "") < 600
    assert HIDDEN not in everything(town)
