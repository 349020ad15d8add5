"""Texts of people, models and services can neither mention, link, forge notices nor break out.

The usual suspects go through names, bios, replies, prompts, reasons, file names and error texts;
then everything that the local Discord received is looked at, every state of every message.
"""

import re
from collections.abc import Iterator

import pytest

from bot.app import Vivant
from cogs._present import bare, plain, tame
from sandbox.discord import Message
from sandbox.discord.model import Json, MessageType
from tests.e2e.conftest import Town
from tests.e2e.people import CARD, reply, scene

MARK = "FORGED"

SUPPRESS_EMBEDS = 1 << 2
"""A message's flag (Discord, Message Flags)."""

SUSPECTS = {
    "mentions": f"@everyone @here <@1> <@&2> <#3> {MARK}",
    "masked link": f"[{MARK}](https://evil.example) [a]\u200b(https://evil.example)",
    "notice": f"-# 🛑 {MARK}\nwell\n-# {MARK}",
    "notice in a quote": f"> -# {MARK}\n- -# {MARK}\n1. -# {MARK}\n>>> -# {MARK}",
    "notice after odd line ends": f"x\r-# {MARK}\u2028-# {MARK}\x85-# {MARK}\x0b-# {MARK}",
    "code fence": f"```\n-# {MARK}",
    "markdown": f"**{MARK} __a ~~b~~ ||c|| `d`\n# {MARK}\n> {MARK}",
    "right to left": f"\u202e{MARK}\u2066 \u202d",
    "unseen": "\u200b\u2060\ufeff\u3164\U000e0041",
    "zero width": f"\u200b-\u200b# {MARK} ]\u200b(x)",
    "custom id": f"job:delete:{MARK} report:takedown:1-1",
    "control": f"\x00\x1b[31m{MARK}\x7f",
    "very long": f"{MARK} " + "]([-# " * 300,
    "links and invites": f"https://evil.example/{MARK} discord.gg/{MARK} <https://evil.example>",
    "markup of Discord": f"<t:0:R> <:{MARK}:1> <a:{MARK}:1> </{MARK}:1> <id:customize> ||{MARK}||",
    "markup of pages": f"<script>{MARK}</script> <img src=x onerror={MARK}> &lt; ]]> -->",
    "headings": f"# {MARK}\n## {MARK}\n### Report\n-# {MARK}\n>>> {MARK}\n- {MARK}",
    "escapes": f"\\]\\(x) \\{MARK}\\",
}

UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\U000e0000-\U000e007f]"
)
OUR_FILES = re.compile(r"(?:vivant-\w+-\d+|preview-\w+|\w+|portrait|chat)\.\w+")
FORGED_NOTICE = re.compile(rf"^(?:[\s>]|[-*+]\s|\d+[.)]\s)*-# (?!You are ).*{MARK}", re.MULTILINE)
"""A notice with the mark in it; what begins like this one is the bot's own, with a name in it."""


def texts(part: Json) -> Iterator[str]:
    if part["type"] == 10:
        yield part["content"]
    for each in part.get("components", []):
        yield from texts(each)


def check(message: Message) -> None:
    """What no message of the bot may hold, in any state."""
    assert message.mentions == []
    assert not message.mention_everyone
    assert (message.allowed_mentions or {}).get("parse") == []
    for state in message.revisions:
        shown = [state.content, *(text for part in state.components for text in texts(part))]
        for text in filter(None, shown):
            assert not FORGED_NOTICE.search(text), text
            assert "](" not in text, text
            assert not UNSEEN.search(text), ascii(text)
            assert state.loading or text.count("```") % 2 == 0, text
        assert all(OUR_FILES.fullmatch(name) for name in state.files), state.files
    for part in message.parts:
        assert MARK not in str(part.get("custom_id"))
        assert MARK not in str(part.get("label"))
    assert message.embeds == []
    if "evil.example" in message.content:
        assert message.flags & SUPPRESS_EMBEDS


def check_all(town: Town) -> None:
    for message in town.discord.world.messages.values():
        if message.author.bot and message.type is not MessageType.THREAD_CREATED:
            check(message)
    for thread in town.guild.threads.values():
        assert not UNSEEN.search(thread.name)


@pytest.mark.parametrize("suspect", SUSPECTS.values(), ids=SUSPECTS.keys())
async def test_nothing_that_people_or_models_write_breaks_out(
    town: Town, bot: Vivant, suspect: str
) -> None:
    town.guild.members[town.alice.user.id].nick = suspect[:32]
    asked = await town.alice.slash(
        town.lounge, "imagine", prompt=suspect[:1500] or "x", negative=suspect[:500] or "x"
    )
    await town.discord.until(lambda: bool(asked.message.buttons), what="the job's message")
    await town.discord.until(lambda: "Details" in asked.message.buttons, what="its end")
    await town.bob.press(asked.message, "Details")
    opened = await town.bob.press(asked.message, "Report")
    reports = town.discord.world.channel(town.guild, "reports")
    async with bot.store.server(town.guild.id) as server:
        server.log_channel = reports.id
    await town.bob.submit(opened, {"What is wrong with it?": suspect[:300]})
    await reports.message()
    await talk(town, suspect)
    check_all(town)


async def talk(town: Town, suspect: str) -> None:
    """A character that is made of the suspect, and says it."""
    opened = await town.alice.slash(town.stories, "character create")
    short = suspect[:50]
    card = {**CARD, "Name": short, "In one line": suspect[:1000], "First message": suspect[:4000]}
    await (await town.alice.submit(opened, card)).answer()
    await town.alice.slash(town.stories, "character list")
    opened = await town.alice.slash(town.stories, "persona create")
    await (
        await town.alice.submit(opened, {"Name": suspect[:20], "About you": suspect[:150]})
    ).answer()
    await town.alice.slash(town.stories, "persona list")
    await town.alice.slash(town.stories, "gallery")
    (choice,) = await town.alice.autocomplete(town.stories, "chat start", "character")
    assert 1 <= len(choice["name"]) <= 100
    thread = await scene(town, name=choice["value"])
    town.ai.state.lines += [suspect, suspect]
    shown = await reply(town, thread, "Tell me about the storm.")
    await town.alice.press(shown, "reply:regenerate")
    await town.discord.until(lambda: "2/2" in shown.buttons, what="the second version")
    await reworded(town, shown, suspect)
    for kind in ("HTML", "Markdown"):
        exported = await town.alice.slash(thread, "chat export", kind=kind)
        (file,) = (await exported.answer()).attachments
        assert "<script" not in file.content.decode() or kind == "Markdown"
    await (await town.alice.slash(thread, "chat history")).answer()
    await town.alice.slash(thread, "chat end")
    resumed = await town.alice.slash(town.stories, "chat resume", scene=await newest(town))
    await resumed.answer()


async def reworded(town: Town, shown: Message, suspect: str) -> None:
    """The reply's words, edited to the suspect."""
    opened = await town.alice.press(shown, "reply:edit")
    if opened.interaction.modal is None:
        assert "```" in shown.content  # half of a code block cannot be edited alone
        return
    before = len(shown.revisions)
    await town.alice.submit(opened, {"Its words": suspect[:4000]})
    await town.discord.until(lambda: len(shown.revisions) > before, what="the edited reply")


async def newest(town: Town) -> str:
    """The chat that is offered first."""
    (choice, *_) = await town.alice.autocomplete(town.stories, "chat resume", "scene")
    assert not UNSEEN.search(choice["name"])
    return str(choice["value"])


@pytest.mark.usefixtures("bot")
async def test_what_a_service_says_in_its_errors_is_never_repeated(town: Town) -> None:
    town.ai.faults.fail("create_image_prompt", 400, f"-# {MARK} [a](b)")
    refused = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.discord.until(lambda: "⚠️" in refused.message.text)
    town.ai.faults.fail_generation(f"<@1> {MARK}")
    failed = await town.alice.slash(town.lounge, "imagine", prompt="a harbour")
    await town.discord.until(lambda: "⚠️" in failed.message.text)
    assert MARK not in refused.message.text + failed.message.text
    check_all(town)


@pytest.mark.parametrize("suspect", SUSPECTS.values(), ids=SUSPECTS.keys())
def test_taming_never_makes_a_text_longer_and_is_done_once(suspect: str) -> None:
    assert len(tame(suspect)) <= len(suspect)
    assert tame(tame(suspect)) == tame(suspect)
    assert len(plain(suspect, 80)) <= 80
    assert bare(suspect, 100)
