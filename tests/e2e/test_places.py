"""What happens when a place changes while something is on its way to it."""

import pytest

from bot.app import Vivant
from bot.screening.terms import sections
from bot.store.records import Audited, Rating
from sandbox.discord import Channel, Message
from tests.e2e.conftest import Town
from tests.e2e.people import mira, picture, reply, scene


@pytest.fixture(autouse=True)
def explicit(town: Town) -> None:
    town.variables["EXPLICIT_ENABLED"] = "true"


def change(town: Town, channel: Channel, *, age_restricted: bool) -> None:
    channel.nsfw = age_restricted
    town.discord.world.announce(channel, "CHANNEL_UPDATE")


async def confirm(town: Town) -> None:
    asked = await town.alice.slash(town.lounge, "privacy adult")
    await town.alice.press(asked.message, "I am 18 or older")


async def refusals(bot: Vivant) -> list[Audited]:
    """What the audit trail says was refused."""
    asked = [one for one in await bot.store.audit.recent(50) if one.what in {"send", "show"}]
    return [one for one in asked if one.verdict not in {*Rating}]


async def half_made(town: Town) -> Message:
    """A picture of Alice's in the age-restricted channel, which is not finished yet."""
    town.ai.hold("generation")
    asked = await town.alice.slash(town.stories, "imagine", prompt="a lighthouse", model="REALISM")
    await town.ai.until(lambda: town.ai.pending() == 1)
    return asked.message


async def test_a_picture_is_withheld_where_the_age_flag_is_gone_and_can_be_fetched_later(
    town: Town,
) -> None:
    async with town.bot() as bot:
        await confirm(town)
        message = await half_made(town)
        change(town, town.stories, age_restricted=False)
        town.ai.release()
        await town.discord.until(lambda: "not age-restricted any more" in message.text)
        assert message.attachments == []
        assert "lighthouse" not in message.text
        (noted,) = await refusals(bot)
        assert (noted.verdict, noted.person_id) == ("not_age_restricted", town.alice.user.id)
        assert noted.channel_id == town.stories.id
        refused = await town.alice.press(message, "Show it")
        assert "age-restricted" in refused.message.text
        change(town, town.stories, age_restricted=True)
        shown = await town.alice.press(message, "Show it")
        assert (await shown.answer()).attachments


async def test_a_picture_is_withheld_from_who_took_the_confirmation_back(town: Town) -> None:
    async with town.bot():
        await confirm(town)
        message = await half_made(town)
        asked = await town.alice.slash(town.lounge, "privacy adult")
        await town.alice.press(asked.message, "Take it back")
        town.ai.release()
        await town.discord.until(lambda: "confirmed that they are adults" in message.text)
        assert message.attachments == []


async def test_the_operators_switch_counts_for_what_an_earlier_process_began(town: Town) -> None:
    async with town.bot():
        await confirm(town)
        message = await half_made(town)
    town.variables["EXPLICIT_ENABLED"] = "false"
    async with town.bot():
        town.ai.release()
        await town.discord.until(lambda: "switched such content off" in message.text)
        assert message.attachments == []


async def test_details_and_again_ask_for_the_place_as_it_is_now(town: Town) -> None:
    async with town.bot():
        await confirm(town)
        message = await picture(town, town.stories, model="REALISM")
        change(town, town.stories, age_restricted=False)
        for label in ("Details", "Again"):
            refused = await town.alice.press(message, label)
            assert refused.ephemeral
            assert "lighthouse" not in refused.message.text
        assert len(town.ai.calls.of("create_image_prompt")) == 1


async def test_a_reply_is_withheld_where_scenes_may_not_run_any_more_but_kept_in_the_chat(
    town: Town,
) -> None:
    async with town.bot():
        await confirm(town)
        await mira(town)
        thread = await scene(town)
        town.ai.hold("reply")
        said = await town.alice.say(thread, "Tell me about the storm.")
        await town.ai.until(lambda: bool(town.ai.calls.of("send_chat_message")))
        change(town, town.stories, age_restricted=False)
        town.ai.release()
        withheld = await thread.message(lambda one: one.id > said.id and "kept" in one.text)
        assert "scenes may not run here" in withheld.text
        assert town.ai.calls.of("delete_chat_messages") == []


async def test_nothing_is_said_where_scenes_may_not_run_any_more(town: Town) -> None:
    async with town.bot():
        await confirm(town)
        await mira(town)
        thread = await scene(town)
        shown = await reply(town, thread, "Tell me about the storm.")
        change(town, town.stories, age_restricted=False)
        said = await town.alice.say(thread, "And then?")
        await thread.message(lambda one: one.id > said.id and "⚠️" in one.text)
        refused = await town.alice.press(shown, "reply:regenerate")
        assert (await refused.followup()).ephemeral
        assert len(town.ai.calls.of("send_chat_message")) == 1
        assert town.ai.calls.of("regenerate_chat_message") == []


async def test_explicit_words_of_a_character_are_left_out_where_they_may_not_stand(
    town: Town,
) -> None:
    term = sections("explicit")["explicit"][0]
    async with town.bot():
        await confirm(town)
        await mira(town, **{"In one line": f"Keeps the light. Says {term} often. Fond of storms."})
        for place, there in ((town.stories, True), (town.lounge, False)):
            listed = await town.alice.slash(place, "character list")
            shown = await listed.answer()
            assert (term in shown.text) is there
            assert "Fond of storms." in shown.text


async def test_explicit_words_of_a_character_go_into_no_form_or_file_where_they_may_not_stand(
    town: Town,
) -> None:
    term = sections("explicit")["explicit"][0]
    bio = f"Calm. Says {term} often. Fond of storms."
    async with town.bot():
        await confirm(town)
        await mira(town, **{"Who they are": bio})
        for place, there in ((town.stories, True), (town.lounge, False)):
            opened = await town.alice.slash(place, "character edit", character="Mira")
            assert (term in str(opened.modal)) is there
            exported = await town.alice.slash(
                place, "character export", character="Mira", kind="V3"
            )
            (file,) = (await exported.answer()).attachments
            assert (term.encode() in file.content) is there
        await (await town.alice.submit(opened, {"In one line": "Hums"})).answer()
    (held,) = town.ai.state.characters.values()
    assert (held.bio, held.short_bio) == (bio, "Hums")


async def test_a_character_that_the_api_holds_otherwise_is_screened_before_a_scene_begins(
    town: Town,
) -> None:
    async with town.bot():
        await mira(town)
        (held,) = [each for each in town.ai.state.characters.values() if each.name == "Mira"]
        held.bio = "She is 12 years old."
        refused = await town.alice.slash(town.stories, "chat start", character="Mira")
        assert "minors" in (await refused.answer()).text
        assert town.guild.threads == {}
        assert town.ai.calls.of("create_chat_with_custom_first_message") == []
