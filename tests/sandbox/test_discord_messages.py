"""Messages, files, reactions and mentions, between actors and a real discord.py bot."""

from typing import Any

import discord
import pytest

from sandbox.discord import Permission, Refusal, Upload
from tests.sandbox.discord_bot import PIXEL, Home, home, running

HOUR = 3600


def messages(here: Home, *parts: object) -> str:
    return "/".join(map(str, (f"/channels/{here.channel.id}/messages", *parts)))


async def refusal(here: Home, method: str, path: str, body: Any = None, **options: Any) -> Any:
    status, reply = await here.call(method, path, body, **options)
    return status, reply["code"]


async def test_a_bot_sends_edits_and_deletes() -> None:
    async with home() as here, running(here.local) as bot:
        place = await here.place(bot)
        sent = await place.send("one")
        await sent.edit(content="two")
        message = await here.channel.message(lambda one: one.content == "two")
        assert [one.content for one in message.revisions] == ["one", "two"]
        assert message.revisions[0].at <= message.revisions[1].at
        await sent.delete()
        assert here.channel.messages == []
        assert message.deleted


async def test_files_go_up_and_come_back_from_the_cdn() -> None:
    async with home() as here, running(here.local) as bot:
        place = await here.place(bot)
        file = discord.File(__file__, filename="code.py", description="Source")
        sent = await place.send("file", file=file)
        attachment = sent.attachments[0]
        assert (attachment.filename, attachment.description) == ("code.py", "Source")
        assert (await attachment.read()).startswith(b'"""Messages')
        said = await here.alice.say(here.channel, files=[Upload("dot.png", PIXEL)])
        heard = await here.said(bot, said)
        assert (heard.attachments[0].width, heard.attachments[0].height) == (3, 2)
        assert await heard.attachments[0].read() == PIXEL


async def test_an_edit_keeps_adds_and_drops_files() -> None:
    async with home() as here, running(here.local) as bot:
        place = await here.place(bot)
        sent = await place.send("x", files=[discord.File(__file__, filename=n) for n in "ab"])
        kept = await sent.edit(
            attachments=[sent.attachments[1], discord.File(__file__, filename="c")]
        )
        assert [one.filename for one in kept.attachments] == ["b", "c"]
        assert len((await sent.edit(content="y")).attachments) == 2


async def test_a_signed_address_needs_its_signature_and_runs_out() -> None:
    async with home() as here:
        said = await here.alice.say(here.channel, files=[Upload("dot.png", PIXEL)])
        _, shape = await here.call("GET", messages(here, said.id))
        url = shape["attachments"][0]["url"]
        for address, status in ((url, 200), (url.partition("?")[0], 404)):
            async with here.http.get(address) as answer:
                assert answer.status == status
        here.local.clock.jump(25 * HOUR)
        async with here.http.get(url) as answer:
            assert answer.status == 404
        _, fresh = await here.call("POST", "/attachments/refresh-urls", {"attachment_urls": [url]})
        async with here.http.get(fresh["refreshed_urls"][0]["refreshed"]) as answer:
            assert await answer.read() == PIXEL


async def test_pictures_of_accounts_come_from_the_cdn() -> None:
    async with home() as here, running(here.local) as bot:
        user = await bot.fetch_user(here.bob.user.id)
        assert (await user.display_avatar.read()).startswith(b"\x89PNG")


async def test_a_file_above_the_limit_is_refused_and_boosts_raise_it() -> None:
    async with home() as here:
        big = {"big.bin": bytes(10 * 1024 * 1024 + 1)}
        assert await refusal(here, "POST", messages(here), {}, files=big) == (413, 40005)
        here.guild.premium_tier = 2
        assert (await here.call("POST", messages(here), {}, files=big))[0] == 200


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
        (
            {"content": "x", "embeds": [{"title": "x" * 257}]},
            "embeds.0.title",
            "BASE_TYPE_MAX_LENGTH",
        ),
        ({"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
        (
            {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
            "allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        (
            {"content": "x", "message_reference": {"message_id": "1"}},
            "message_reference",
            "REPLIES_UNKNOWN_MESSAGE",
        ),
        (
            {"embeds": [{"image": {"url": "attachment://no.png"}}]},
            "attachments",
            "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
        ),
        (
            {"content": "x", "attachments": [{"id": "7"}]},
            "attachments.0.id",
            "ATTACHMENT_NOT_FOUND",
        ),
    ],
)
async def test_a_body_discord_would_refuse_names_the_field(body: Any, path: str, code: str) -> None:
    async with home() as here:
        status, reply = await here.call("POST", messages(here), body)
        assert (status, reply["code"]) == (400, 50035)
        node = reply["errors"]
        for part in path.split("."):
            node = node[part]
        assert node["_errors"][0]["code"] == code
        assert here.channel.messages == []
        assert here.local.faults_seen == []


async def test_an_empty_message_is_refused_also_when_an_edit_empties_it() -> None:
    async with home() as here:
        assert await refusal(here, "POST", messages(here), {}) == (400, 50006)
        _, sent = await here.call("POST", messages(here), {"content": "x"})
        path = messages(here, sent["id"])
        assert await refusal(here, "PATCH", path, {"content": None}) == (400, 50006)


async def test_only_ones_own_messages_can_be_edited() -> None:
    async with home() as here:
        said = await here.alice.say(here.channel, "mine")
        path = messages(here, said.id)
        assert await refusal(here, "PATCH", path, {"content": "x"}) == (403, 50005)
        with pytest.raises(Refusal):
            await here.bob.edit(said, "x")


async def test_others_messages_are_deleted_by_moderators_only() -> None:
    async with home() as here:
        said = await here.alice.say(here.channel, "mine")
        with pytest.raises(Refusal):
            await here.bob.delete(said)
        assert (await here.call("DELETE", messages(here, said.id)))[0] == 204
        direct = await here.alice.direct()
        psst = await here.alice.say(direct, "psst")
        path = f"/channels/{direct.id}/messages/{psst.id}"
        assert await refusal(here, "DELETE", path) == (403, 50003)


async def test_bulk_delete_takes_2_to_100_messages_of_two_weeks() -> None:
    async with home() as here:
        old = await here.alice.say(here.channel, "old")
        path = messages(here, "bulk-delete")
        one = {"messages": [str(old.id)]}
        assert await refusal(here, "POST", path, one) == (400, 50016)
        here.local.clock.jump(15 * 24 * HOUR)
        new = await here.alice.say(here.channel, "new")
        both = {"messages": [str(old.id), str(new.id)]}
        assert await refusal(here, "POST", path, both) == (400, 50034)


async def test_a_message_older_than_an_hour_can_be_edited_only_rarely() -> None:
    async with home() as here:
        _, sent = await here.call("POST", messages(here), {"content": "0"})
        here.local.clock.jump(HOUR + 1)
        codes = [
            (await here.call("PATCH", messages(here, sent["id"]), {"content": str(n)}))[0]
            for n in range(4)
        ]
        assert codes == [200, 200, 200, 429]
        assert await refusal(here, "PATCH", messages(here, sent["id"]), {"content": "x"}) == (
            429,
            30046,
        )


async def test_the_same_nonce_enforced_sends_once() -> None:
    async with home() as here:
        body = {"content": "once", "nonce": "n1", "enforce_nonce": True}
        first, second = [await here.call("POST", messages(here), body) for _ in range(2)]
        assert first[1]["id"] == second[1]["id"]
        assert len(here.channel.messages) == 1


async def test_listing_pages_before_after_and_around() -> None:
    async with home() as here:
        ids = [(await here.alice.say(here.channel, str(n))).id for n in range(6)]

        async def listed(query: str) -> list[str]:
            _, found = await here.call("GET", messages(here) + query)
            return [one["content"] for one in found]

        assert await listed("?limit=2") == ["5", "4"]
        assert await listed(f"?limit=2&before={ids[3]}") == ["2", "1"]
        assert await listed(f"?limit=2&after={ids[1]}") == ["3", "2"]
        assert await listed(f"?limit=3&around={ids[2]}") == ["3", "2", "1"]
        assert await refusal(here, "GET", messages(here) + "?limit=101") == (400, 50035)


async def test_mentions_follow_allowed_mentions_and_rights() -> None:
    async with home() as here:
        bob = here.bob.user
        content = f"{bob.mention} @everyone"
        _, loud = await here.call("POST", messages(here), {"content": content})
        assert [one["username"] for one in loud["mentions"]] == ["bob"]
        assert not loud["mention_everyone"]
        quiet = {"content": content, "allowed_mentions": {"parse": []}}
        _, said = await here.call("POST", messages(here), quiet)
        assert said["mentions"] == []
        everyone = await here.alice.say(here.channel, "@everyone")
        assert everyone.mention_everyone


async def test_a_reply_carries_and_mentions_the_message_it_answers() -> None:
    async with home() as here, running(here.local) as bot:
        said = await here.alice.say(here.channel, "ask")
        heard = await here.said(bot, said)
        answer = await heard.reply("answer")
        assert answer.reference.message_id == said.id
        message = await here.channel.message(lambda one: one.content == "answer")
        assert message.mentions == [here.alice.user.id]
        back = await here.said(bot, await here.bob.say(here.channel, "re", reply_to=message))
        assert back.reference.resolved.content == "answer"
        assert here.bot_user.id in [one.id for one in back.mentions]


async def test_reactions_are_heard_with_who_and_what() -> None:
    async with home() as here, running(here.local) as bot:
        said = await here.alice.say(here.channel, "react")
        await here.bob.react(said, "🔁")
        added = await here.heard(bot, "raw_reaction_add")
        assert (str(added.emoji), added.user_id) == ("🔁", here.bob.user.id)
        assert added.message_author_id == here.alice.user.id
        await here.bob.unreact(said, "🔁")
        await here.heard(bot, "raw_reaction_remove")
        message = await (await here.place(bot)).fetch_message(said.id)
        await message.add_reaction("👍")
        assert said.reactions == {"👍": {here.bot_user.id: None}}
        await message.clear_reactions()
        assert said.reactions == {}


async def test_an_emoji_of_the_application_can_be_used() -> None:
    async with home() as here, running(here.local) as bot:
        key = here.local.world.emoji("spark")
        emoji = (await bot.fetch_application_emojis())[0]
        said = await here.alice.say(here.channel, "react")
        await (await here.place(bot)).get_partial_message(said.id).add_reaction(emoji)
        assert list(said.reactions) == [key]


async def test_reactions_that_discord_would_refuse_are_refused() -> None:
    async with home() as here:
        said = await here.alice.say(here.channel, "react")
        path = messages(here, said.id, "reactions")
        assert await refusal(here, "PUT", f"{path}/nothing/@me") == (400, 10014)
        assert await refusal(here, "PUT", f"{path}/x:1/@me") == (400, 10014)
        for number in range(20):
            await here.alice.react(said, chr(0x1F600 + number))
        with pytest.raises(Refusal) as refused:
            await here.alice.react(said, "👍")
        assert refused.value.code == 30010


async def test_direct_messages_need_a_shared_server_and_an_open_door() -> None:
    async with home() as here, running(here.local) as bot:
        user = await bot.fetch_user(here.bob.user.id)
        await user.send("hello")
        assert (await (await here.bob.direct()).message()).content == "hello"
        here.bob.user.direct_open = False
        with pytest.raises(discord.Forbidden) as refused:
            await user.send("again")
        assert refused.value.code == 50007


@pytest.mark.parametrize(
    ("taken", "body", "code"),
    [
        (Permission.VIEW_CHANNEL, {"content": "x"}, 50001),
        (Permission.SEND_MESSAGES, {"content": "x"}, 50013),
        (Permission.EMBED_LINKS, {"embeds": [{"title": "x"}]}, 50013),
    ],
)
async def test_sending_needs_its_permissions(taken: Permission, body: Any, code: int) -> None:
    async with home() as here:
        here.local.world.overwrite(here.channel, here.bot_user, deny=taken)
        assert await refusal(here, "POST", messages(here), body) == (403, code)


async def test_files_need_permission() -> None:
    async with home() as here:
        everyone = here.guild.roles[here.guild.id]
        here.local.world.overwrite(here.channel, everyone, deny=Permission.ATTACH_FILES)
        with pytest.raises(Refusal):
            await here.bob.say(here.channel, files=[Upload("dot.png", PIXEL)])
        await here.alice.say(here.channel, files=[Upload("dot.png", PIXEL)])


async def test_overwrites_add_up_everyone_roles_member() -> None:
    async with home() as here:
        world, send = here.local.world, Permission.SEND_MESSAGES
        role = world.role(here.guild, "writers", to=[here.bob.user])
        world.overwrite(here.channel, here.guild.roles[here.guild.id], deny=send)
        with pytest.raises(Refusal):
            await here.bob.say(here.channel, "no")
        world.overwrite(here.channel, role, allow=send)
        await here.bob.say(here.channel, "yes")
        world.overwrite(here.channel, here.bob.user, deny=send)
        with pytest.raises(Refusal):
            await here.bob.say(here.channel, "no")


async def test_typing_is_heard_and_kept() -> None:
    async with home() as here, running(here.local) as bot:
        await here.call("POST", f"/channels/{here.channel.id}/typing", by=here.alice.user)
        assert (await here.heard(bot, "typing"))[1].name == "alice"
        await (await here.place(bot)).typing()
        assert here.bot_user.id in here.channel.typing
