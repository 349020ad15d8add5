import asyncio
from typing import Any

import pytest

from sandbox.aliveai import Dialect, Pace
from tests.sandbox.aliveai_client import PICTURE, events, generated, opened

STEPS = Pace(speed=0, steps=4)


async def test_a_generation_goes_through_queue_progress_and_preview_to_its_result() -> None:
    async with opened(pace=STEPS) as (ai, client):
        ai.hold("generation")
        created = (await client.post("/prompts", json=PICTURE)).json()
        listening = asyncio.get_running_loop().create_task(events(ai, created["promptId"]))
        await ai.until(lambda: ai.listeners(created["promptId"]) == 1)
        await ai.step(times=4)
        told = await listening
        assert [each["progress"] for each in told] == [0, 25, 25, 50, 75, 100]
        assert [each["isComplete"] for each in told] == [False] * 5 + [True]
        assert told[1]["isSystem"]
        assert told[3]["promptContainer"]["medias"][0]["mediaType"] == "IMAGE"
        last = told[-1]["promptContainer"]
        assert last == (await client.get(f"/prompts/{created['promptId']}")).json() | {
            "medias": last["medias"]
        }


async def test_the_queue_tells_positions_from_zero_and_moves_up() -> None:
    async with opened() as (ai, client):
        ai.hold("generation")
        ids = [(await client.post("/prompts", json=PICTURE)).json()["promptId"] for _ in range(3)]
        queue = (await client.get("/prompts/pending")).json()["queue"]
        assert [(each["promptId"], each["queuePosition"]) for each in queue] == [
            (ids[0], 0),
            (ids[1], 1),
            (ids[2], 2),
        ]
        listening = asyncio.get_running_loop().create_task(events(ai, ids[2]))
        await ai.until(lambda: ai.listeners(ids[2]) == 1)
        ai.release()
        told = await listening
        assert [each["queuePosition"] for each in told[:3]] == [2, 1, 0]


async def test_a_waiting_prompt_leaves_the_queue_and_costs_nothing() -> None:
    async with opened() as (ai, client):
        ai.hold("generation")
        ids = [(await client.post("/prompts", json=PICTURE)).json()["promptId"] for _ in range(2)]
        gone = await client.delete("/prompts/queue", params={"promptId": ids[1]})
        assert gone.status_code == 204
        assert ai.pending() == 1
        assert ai.state.account.credits == 998
        assert (await client.get(f"/prompts/{ids[1]}")).status_code == 404
        again = await client.delete("/prompts/queue", params={"promptId": ids[1]})
        assert again.status_code == 404


async def test_a_running_prompt_can_be_cancelled() -> None:
    async with opened() as (ai, client):
        ai.hold("generation")
        created = (await client.post("/prompts", json=PICTURE)).json()
        await ai.step()
        await client.delete("/prompts/queue", params={"promptId": created["promptId"]})
        ai.release()
        assert (await generated(ai, client))["medias"]
        assert len(ai.state.prompts[created["promptId"]].media_ids) == 0


async def test_no_more_than_the_allowed_number_may_be_pending() -> None:
    async with opened(dialect=Dialect(queue_full_status=429)) as (ai, client):
        ai.faults.fill_queue()
        answer = await client.post("/prompts", json=PICTURE)
        assert answer.status_code == 429
        assert "Max pending creations" in answer.json()["detail"]


async def test_a_blocking_create_answers_with_the_result() -> None:
    async with opened() as (_, client):
        header = {"x-aliveai-request-blocking": "true"}
        created = (await client.post("/prompts", json=PICTURE, headers=header)).json()
        assert created["promptContainer"]["medias"][0]["mediaUrl"]


async def test_a_blocking_create_gives_up_after_its_time() -> None:
    async with opened(pace=Pace(speed=0, blocking_seconds=0)) as (ai, client):
        ai.hold("generation")
        header = {"x-aliveai-request-blocking": "true"}
        created = (await client.post("/prompts", json=PICTURE, headers=header)).json()
        assert created["promptContainer"]["medias"] == []


async def test_a_failed_generation_ends_with_an_error_event_and_its_cost_is_given_back() -> None:
    async with opened(dialect=Dialect(failed_prompt=404)) as (ai, client):
        ai.faults.fail_generation("The model ran out of memory.")
        ai.hold("generation")
        created = (await client.post("/prompts", json=PICTURE)).json()
        listening = asyncio.get_running_loop().create_task(events(ai, created["promptId"]))
        await ai.until(lambda: ai.listeners(created["promptId"]) == 1)
        ai.release()
        last = (await listening)[-1]
        assert (last["isError"], last["message"]) == (True, "The model ran out of memory.")
        assert last["errorType"] == "UNKNOWN"
        assert ai.state.account.credits == 1000
        assert (await client.get(f"/prompts/{created['promptId']}")).status_code == 404


@pytest.mark.parametrize(("pending", "status"), [("empty", 200), (404, 404), (204, 204)])
async def test_an_unfinished_prompt_answers_as_the_dialect_says(pending: Any, status: int) -> None:
    async with opened(dialect=Dialect(pending_prompt=pending)) as (ai, client):
        ai.hold("generation")
        created = (await client.post("/prompts", json=PICTURE)).json()
        assert (await client.get(f"/prompts/{created['promptId']}")).status_code == status


@pytest.mark.parametrize(("late", "count"), [("replay", 1), ("drop", 0)])
async def test_a_late_socket_gets_the_end_or_a_close(late: Any, count: int) -> None:
    async with opened(dialect=Dialect(late_socket=late)) as (ai, client):
        container = await generated(ai, client)
        assert len(await events(ai, container["promptId"])) == count


async def test_previews_may_come_as_binary_frames() -> None:
    async with opened(pace=STEPS, dialect=Dialect(previews="binary", notes=False)) as (ai, client):
        ai.hold("generation")
        created = (await client.post("/prompts", json=PICTURE)).json()
        listening = asyncio.get_running_loop().create_task(events(ai, created["promptId"]))
        await ai.until(lambda: ai.listeners(created["promptId"]) == 1)
        ai.release()
        pictures = [each for each in await listening if isinstance(each, bytes)]
        assert len(pictures) == 3
        assert all(each.startswith(b"\x89PNG") for each in pictures)


@pytest.mark.parametrize("echo", ["seeded", "filled", "seedless"])
async def test_the_request_is_echoed_as_the_dialect_says(echo: Any) -> None:
    async with opened(dialect=Dialect(echo=echo)) as (ai, client):
        echoed = (await generated(ai, client, seed="42"))["originalPrompt"]
        assert echoed["appearance"] == PICTURE["appearance"]
        assert echoed.get("seed") == (None if echo == "seedless" else "42")
        assert echoed.get("cfg") == (5 if echo == "filled" else None)


async def test_finished_prompts_are_listed_newest_first_in_pages_by_type_and_words() -> None:
    async with opened() as (ai, client):
        for number in range(5):
            await generated(ai, client, appearance=f"picture {number}")
        await client.post("/prompts/create-face", json=FACE)
        await ai.until(lambda: ai.pending() == 0)
        params: dict[str, Any] = {
            "page": 0,
            "pageSize": 2,
            "promptType": ["IMAGE_DEFAULT", "EDIT_IMAGE"],
        }
        page = (await client.get("/prompts", params=params)).json()
        shown = [each["originalPrompt"]["appearance"] for each in page["prompts"]]
        assert shown == ["picture 4", "picture 3"]
        assert (page["hasNextPage"], page["totalPageCount"]) == (True, 3)
        found = (await client.get("/prompts", params={"page": 0, "query": "SAILOR"})).json()
        assert [each["createFaceRequest"]["prompt"] for each in found["prompts"]] == ["a sailor"]


FACE = {"faceCreationModel": "DEFAULT", "prompt": "a sailor", "extraRandomness": False}


async def test_a_deleted_prompt_is_gone() -> None:
    async with opened() as (ai, client):
        container = await generated(ai, client)
        address = f"/prompts/{container['promptId']}"
        assert (await client.delete(address)).status_code == 204
        assert (await client.get(address)).status_code == 404
        assert (await client.get("/prompts", params={"page": 0})).json()["prompts"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"modelTemplates": [{"id": "nopes", "strength": 5}]}, 404),
        ({"clothesRequest": {"clothesId": "nopes"}}, 404),
        ({"faceSwap": {"mediaIds": ["nopes"]}}, 404),
    ],
)
async def test_things_that_do_not_exist_are_refused(body: dict[str, Any], status: int) -> None:
    async with opened() as (_, client):
        assert (await client.post("/prompts", json=PICTURE | body)).status_code == status


async def test_some_models_do_not_run_on_private_servers() -> None:
    async with opened() as (ai, client):
        server = {"serverId": next(iter(ai.state.servers))}
        grok = PICTURE | {"model": "GROK"}
        assert (await client.post("/prompts", json=grok, params=server)).status_code == 400
        assert (await client.post("/prompts", json=PICTURE, params=server)).status_code == 200


async def test_extracted_clothes_are_among_the_own_ones() -> None:
    async with opened() as (ai, client):
        picture = (await generated(ai, client))["medias"][0]["id"]
        before = len((await client.get("/clothes/custom")).json())
        await client.post("/prompts/create-clothes", json={"mediaId": picture})
        await ai.until(lambda: ai.pending() == 0)
        assert len((await client.get("/clothes/custom")).json()) == before + 1
