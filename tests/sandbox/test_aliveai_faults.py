import json

import httpx
import pytest
import websockets

from tests.sandbox.aliveai_client import PICTURE, fetched, generated, opened


async def test_the_nth_call_of_an_operation_fails() -> None:
    async with opened() as (ai, client):
        ai.faults.fail("get_me", 503, nth=2, times=2)
        statuses = [(await client.get("/members/me")).status_code for _ in range(5)]
        assert statuses == [200, 503, 503, 200, 200]


async def test_other_operations_are_not_hit() -> None:
    async with opened() as (ai, client):
        ai.faults.fail("get_me")
        assert (await client.get("/poses")).status_code == 200


async def test_a_rate_limit_tells_when_to_come_back() -> None:
    async with opened() as (ai, client):
        headers = {"Retry-After": "2"}
        ai.faults.fail("generate_vision_prompt", 429, "Slow down.", headers=headers)
        answer = await client.post("/llm/vision-prompt", json={"mediaId": "x"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
        assert answer.json()["detail"] == "Slow down."


async def test_an_answer_can_be_no_json() -> None:
    async with opened() as (ai, client):
        ai.faults.garble("get_me")
        with pytest.raises(json.JSONDecodeError):
            (await client.get("/members/me")).json()


async def test_an_answer_can_never_come() -> None:
    async with opened() as (ai, client):
        ai.faults.stall("create_image_prompt")
        with pytest.raises(httpx.ReadTimeout):
            await client.post("/prompts", json=PICTURE, timeout=0.05)
        assert not ai.state.prompts
        assert len(ai.calls.of("create_image_prompt")) == 1


@pytest.mark.parametrize(("done", "made"), [(False, 0), (True, 1)])
async def test_a_connection_is_cut_before_or_after_the_work(done: bool, made: int) -> None:
    async with opened() as (ai, client):
        ai.faults.disconnect("create_image_prompt", done=done)
        with pytest.raises(httpx.TransportError):
            await client.post("/prompts", json=PICTURE)
        assert len(ai.state.prompts) == made


async def test_a_slow_answer_comes_in_the_end() -> None:
    async with opened() as (ai, client):
        ai.faults.slow("get_me", 0.01)
        assert (await client.get("/members/me")).status_code == 200


async def test_a_socket_is_dropped_after_some_events() -> None:
    async with opened() as (ai, client):
        ai.hold("generation")
        created = (await client.post("/prompts", json=PICTURE)).json()
        ai.faults.drop_socket(after_events=1)
        address = f"{ai.ws_url}/ws/prompts/{created['promptId']}"
        async with websockets.connect(address) as socket:
            assert json.loads(await socket.recv())["queuePosition"] == 0
            with pytest.raises(websockets.ConnectionClosedError):
                await socket.recv()
        async with websockets.connect(address) as socket:
            ai.release()
            assert [json.loads(event) async for event in socket][-1]["isComplete"]


async def test_the_account_socket_wants_a_bearer_token_and_tells_the_queue() -> None:
    async with opened() as (ai, client):
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(f"{ai.ws_url}/ws/users/r9orK?token={ai.api_key}")
        login = {"email": ai.state.account.email, "password": ai.state.account.password}
        token = (await client.post("/members/login", json=login)).json()["accessToken"]
        ai.hold("generation")
        async with websockets.connect(f"{ai.ws_url}/ws/users/r9orK?token={token}") as socket:
            assert json.loads(await socket.recv())["queue"] == []
            created = (await client.post("/prompts", json=PICTURE)).json()
            event = json.loads(await socket.recv())
            assert event["eventType"] == "QUEUE_CHANGE"
            assert event["promptId"] == event["queue"][0]["promptId"] == created["promptId"]


async def test_an_unknown_prompt_has_no_socket() -> None:
    async with opened() as (ai, _):
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(f"{ai.ws_url}/ws/prompts/nopes")


async def test_media_addresses_expire_by_the_clock_and_on_demand() -> None:
    async with opened(address_seconds=60) as (ai, client):
        container = await generated(ai, client)
        address = container["medias"][0]["mediaUrl"]
        assert (await fetched(address)).status_code == 200
        ai.clock.advance(61)
        assert (await fetched(address)).status_code == 403
        fresh = (await client.get(f"/prompts/{container['promptId']}")).json()["medias"][0]
        assert (await fetched(fresh["mediaUrl"])).status_code == 200
        ai.faults.expire_addresses()
        assert (await fetched(fresh["mediaUrl"])).status_code == 403


async def test_media_are_refused_to_those_who_send_the_api_credential_along() -> None:
    async with opened() as (ai, client):
        address = (await generated(ai, client))["medias"][0]["mediaUrl"]
        assert (await client.get(address)).status_code == 400


async def test_a_download_can_be_much_larger_than_expected() -> None:
    async with opened() as (ai, client):
        address = (await generated(ai, client))["medias"][0]["mediaUrl"]
        ai.faults.swell_download(1_000_000)
        answer = await fetched(address)
        assert len(answer.content) >= 1_000_000
        assert "content-length" not in answer.headers
