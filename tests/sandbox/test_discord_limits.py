"""Rate limits with honest headers, and faults on demand."""

import aiohttp
import discord
import pytest

from sandbox.discord import NotSeen, Upload
from sandbox.discord.wire.buckets import Limit
from sandbox.discord.wire.faults import CDN_FILE
from tests.sandbox.discord_bot import PIXEL, Home, home, running

SEND = "POST /channels/{channel_id}/messages"


async def send(here: Home, number: int = 0) -> aiohttp.ClientResponse:
    url = f"{here.local.api_url}/channels/{here.channel.id}/messages"
    headers = {"Authorization": f"Bot {here.bot_user.token}"}
    async with here.http.post(url, json={"content": str(number)}, headers=headers) as answer:
        await answer.read()
        return answer


async def test_sends_and_edits_share_five_in_five_seconds_per_channel() -> None:
    async with home(rate_limits=True) as here:
        answers = [await send(here, n) for n in range(4)]
        left = [answer.headers["X-RateLimit-Remaining"] for answer in answers]
        assert left == ["4", "3", "2", "1"]
        newest = here.channel.messages[-1].id
        path = f"/channels/{here.channel.id}/messages/{newest}"
        assert (await here.call("PATCH", path, {"content": "x"}))[0] == 200
        refused = await send(here)
        told = await refused.json()
        assert refused.status == 429
        assert 0 < told["retry_after"] <= 5
        assert not told["global"]
        assert refused.headers["Via"]
        assert refused.headers["X-RateLimit-Scope"] == "user"
        assert float(refused.headers["X-RateLimit-Reset-After"]) <= 5
        assert here.local.limits.refused == {SEND: 1}
        assert here.local.limits.invalid == 1


async def test_another_channel_and_a_thread_have_buckets_of_their_own() -> None:
    async with home(rate_limits=True) as here:
        first = [await send(here) for _ in range(5)][-1]
        thread = await here.alice.thread(here.channel, "own bucket")
        status, _ = await here.call("POST", f"/channels/{thread.id}/messages", {"content": "x"})
        assert status == 200
        here.local.clock.jump(5.1)
        assert (await send(here)).headers["X-RateLimit-Bucket"] == first.headers[
            "X-RateLimit-Bucket"
        ]


async def test_discord_py_waits_for_the_bucket_and_meets_no_429() -> None:
    async with home(rate_limits=True) as here, running(here.local) as bot:
        here.local.limits.limits["messages"] = Limit(2, 0.2)
        place = await here.place(bot)
        for number in range(5):
            await place.send(str(number))
        assert here.local.limits.too_many == 0
        times = [one.sent for one in here.channel.messages]
        assert times[-1] - times[0] >= 0.35


async def test_fifty_requests_a_second_in_all_interaction_tokens_aside() -> None:
    async with home(rate_limits=True) as here:
        here.local.limits.limits = {}
        codes = [(await here.call("GET", "/users/@me"))[0] for _ in range(51)]
        assert codes == [200] * 50 + [429]
        status, reply = await here.call("GET", "/users/@me")
        assert (status, reply["global"]) == (429, True)
        status, reply = await here.call("POST", f"/webhooks/{here.bot_user.id}/gone", {})
        assert (status, reply["code"]) == (401, 50027)
        here.local.clock.jump(1.1)
        assert (await here.call("GET", "/users/@me"))[0] == 200


async def test_limits_can_be_switched_off() -> None:
    async with home() as here:
        answers = [await send(here) for _ in range(20)]
        assert {answer.status for answer in answers} == {200}
        assert "X-RateLimit-Limit" not in answers[0].headers


async def test_the_nth_call_of_a_route_fails_as_planned() -> None:
    async with home() as here:
        here.local.faults.fail(SEND, status=503, nth=2)
        assert [(await send(here)).status for _ in range(3)] == [200, 503, 200]
        assert len(here.channel.messages) == 2


async def test_a_failure_may_come_after_the_effect() -> None:
    async with home() as here:
        here.local.faults.fail(SEND, status=500, took_effect=True)
        assert (await send(here)).status == 500
        assert len(here.channel.messages) == 1


async def test_a_planned_429_is_obeyed_by_discord_py() -> None:
    async with home() as here, running(here.local) as bot:
        here.local.faults.fail(SEND, status=429, body={"retry_after": 0.05, "global": False})
        await (await here.place(bot)).send("patient")
        assert [one.status for one in here.local.transcript.requests(SEND)] == [429, 200]


async def test_a_planned_refusal_reaches_the_caller() -> None:
    async with home() as here, running(here.local) as bot:
        body = {"code": 50001, "message": "Missing Access"}
        here.local.faults.fail(SEND, status=403, body=body)
        with pytest.raises(discord.Forbidden):
            await (await here.place(bot)).send("no")


async def test_a_connection_can_be_cut() -> None:
    async with home() as here:
        here.local.faults.hang_up(SEND)
        with pytest.raises(aiohttp.ClientError):
            await send(here)
        here.local.faults.delay(SEND, 0.01)
        assert (await send(here)).status == 200


async def test_downloads_from_the_cdn_can_fail() -> None:
    async with home() as here:
        said = await here.alice.say(here.channel, files=[Upload("dot.png", PIXEL)])
        path = f"/channels/{here.channel.id}/messages/{said.id}"
        _, shape = await here.call("GET", path)
        here.local.faults.fail(CDN_FILE, status=503)
        codes = []
        for _ in range(2):
            async with here.http.get(shape["attachments"][0]["url"]) as answer:
                codes.append(answer.status)
        assert codes == [503, 200]


async def test_a_fault_for_a_route_that_does_not_exist_is_the_tests_mistake() -> None:
    async with home() as here:
        with pytest.raises(ValueError, match="no route is named"):
            here.local.faults.fail("GET /nowhere")


async def test_waiting_for_what_never_comes_says_what_was_missing() -> None:
    async with home() as here:
        with pytest.raises(NotSeen, match="a message in #general"):
            await here.channel.message(timeout=0.05)


async def test_the_transcript_tells_of_requests_and_frames(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with home() as here, running(here.local) as bot:
        await (await here.place(bot)).send("remember me")
        sent = here.local.transcript.requests(SEND)[0]
        assert (sent.who, sent.body["content"], sent.status) == ("Vivant", "remember me", 200)
        assert here.local.transcript.frames("MESSAGE_CREATE")
    assert "remember me" in capsys.readouterr().out
