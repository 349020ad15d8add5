"""Following a generation: sockets, polls, and the fold of what was seen."""

import logging
from contextlib import aclosing
from json import dumps
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.api import Api, Kind, routes
from bot.api.models.events import Phase, PromptState
from bot.api.models.media import Media
from bot.api.models.prompts import PromptContainer, PromptEvent, QueueEntry
from bot.api.progress import Preview, Progress, Sighting, Snapshot
from bot.errors import (
    GenerationFailed,
    Missing,
    ServerFault,
    Unauthorized,
    Unreachable,
    VivantError,
)
from tests.api.conftest import Opening
from tests.api.server import Scripted, cuts, json, says, socket

SOCKET = "/ws/prompts/p1"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 16


def medium(kind: str = "IMAGE", name: str = "m1") -> dict[str, Any]:
    return {"id": name, "mediaUrl": f"https://files.example/{name}", "mediaType": kind}


def container(*medias: dict[str, Any]) -> dict[str, Any]:
    return {"promptId": "p1", "isFavorite": False, "medias": [*medias]}


def event(**fields: Any) -> dict[str, Any]:
    plain = {"promptId": "p1", "progress": 0, "isComplete": False, "isError": False}
    return plain | {"created": "2022-03-10T16:15:50Z"} | fields


def end(*medias: dict[str, Any]) -> dict[str, Any]:
    return event(progress=100, isComplete=True, promptContainer=container(*medias))


async def states(api: Api, wants: Kind = "IMAGE") -> list[PromptState]:
    async with aclosing(api.watch("p1", wants=wants)) as watching:
        return [state async for state in watching]


def pending(server: Scripted, *entries: dict[str, Any]) -> None:
    server.on("GET", "/prompts/pending", says({"queue": [*entries]}))


async def test_a_generation_goes_from_the_queue_to_its_result(api: Api, server: Scripted) -> None:
    pending(server)
    server.on("GET", "/prompts/p1", says({}, status=404))
    server.on(
        "WS",
        SOCKET,
        socket(
            event(queuePosition=2),
            event(queuePosition=1),
            event(progress=40, promptContainer=container(medium(name="draft"))),
            event(progress=40),
            PNG,
            event(progress=80, isSystem=True, message="Loading a model"),
            end(medium()),
        ),
    )
    seen = await states(api)
    assert [state.position for state in seen] == [2, 1, None, None, None, None]
    assert [state.progress for state in seen] == [0, 0, 40, 40, 80, 100]
    assert [len(state.previews) for state in seen] == [0, 0, 1, 1, 1, 0]
    assert seen[3].previews == (PNG,)
    assert seen[4].note == "Loading a model"
    assert seen[-1].phase is Phase.DONE
    assert [one.id for one in seen[-1].medias] == ["m1"]
    assert server.asked[0].headers["Authorization"] == "Key k-secret"


async def test_what_ended_before_the_socket_opened_is_found_by_the_first_poll(
    api: Api, server: Scripted
) -> None:
    server.on("GET", "/prompts/p1", says(container(medium())))
    server.on("WS", SOCKET, socket())
    assert [state.phase for state in await states(api)] == [Phase.DONE]


async def test_a_lost_socket_is_opened_again(api: Api, server: Scripted) -> None:
    pending(server)
    server.on("GET", "/prompts/p1", says(status=204))
    server.on("WS", SOCKET, socket(event(progress=10)), socket(event(progress=5), end(medium())))
    seen = await states(api)
    assert [state.progress for state in seen] == [10, 100]
    assert server.times("WS", SOCKET) == 2


async def test_without_sockets_polls_do(api: Api, server: Scripted) -> None:
    server.on(
        "GET",
        "/prompts/pending",
        says({"queue": [{"promptId": "p1", "queuePosition": 3, "video": False, "progress": 0}]}),
        says({"queue": [{"promptId": "p1", "queuePosition": 0, "progress": 30}]}),
    )
    empty = says(container())
    server.on("GET", "/prompts/p1", empty, empty, empty, says(container(medium())))
    seen = await states(api)
    assert [(state.position, state.progress) for state in seen] == [(3, 0), (None, 30), (None, 100)]
    assert server.times("WS", SOCKET) == 3


async def test_a_silent_socket_is_helped_by_polls(api: Api, server: Scripted) -> None:
    pending(server)

    async def silent(request: web.Request) -> web.StreamResponse:
        channel = web.WebSocketResponse()
        await channel.prepare(request)
        await channel.receive()
        return channel

    server.on("WS", SOCKET, silent)
    server.on("GET", "/prompts/p1", says(container()), says(container(medium())))
    assert (await states(api))[-1].phase is Phase.DONE


async def test_an_error_event_fails_the_generation(api: Api, server: Scripted) -> None:
    pending(server)
    server.on("GET", "/prompts/p1", says(container()))
    failed = event(isError=True, errorType="OUT_OF_MEMORY", message="no memory left")
    server.on("WS", SOCKET, socket(event(progress=10), failed))
    with pytest.raises(GenerationFailed) as caught:
        await states(api)
    assert (caught.value.kind, caught.value.message) == ("OUT_OF_MEMORY", "no memory left")


async def test_an_error_in_get_prompt_fails_the_generation(api: Api, server: Scripted) -> None:
    pending(server)
    failed = container() | {"isError": True, "errorMessage": "no memory left"}
    server.on("GET", "/prompts/p1", says(failed))
    with pytest.raises(GenerationFailed, match="no memory left"):
        await states(api)


async def test_a_video_is_not_done_with_its_source_picture(api: Api, server: Scripted) -> None:
    pending(server)
    source = medium("IMAGE", "source")
    both = container(source, medium("VIDEO", "clip"))
    server.on("GET", "/prompts/p1", says(container(source)), says(both))
    server.on("WS", SOCKET, socket(event(progress=50), end(source)))
    done = (await states(api, "VIDEO"))[-1]
    assert [one.id for one in done.medias] == ["clip"]


async def test_an_end_whose_media_have_no_address_yet_waits_for_them(
    api: Api, server: Scripted
) -> None:
    pending(server)
    bare = {"id": "m1", "mediaUrl": None, "mediaType": "IMAGE"}
    server.on(
        "GET", "/prompts/p1", says({}, status=404), says(container(bare)), says(container(medium()))
    )
    server.on("WS", SOCKET, socket(end(bare)))
    assert [state.phase for state in await states(api)] == [Phase.DONE]


async def test_an_end_without_any_result_is_a_failure(api: Api, server: Scripted) -> None:
    pending(server)
    server.on("GET", "/prompts/p1", says(container()))
    server.on("WS", SOCKET, socket(end()))
    with pytest.raises(GenerationFailed, match="EMPTY"):
        await states(api)


async def test_a_prompt_that_is_nowhere_is_missing_after_a_while(
    api: Api, server: Scripted
) -> None:
    pending(server)
    server.on("GET", "/prompts/p1", says({}, status=404))
    with pytest.raises(Missing):
        await states(api)
    assert server.times("GET", "/prompts/p1") == 20


async def test_errors_of_polls_pass_up_to_a_bound(api: Api, server: Scripted) -> None:
    server.on("GET", "/prompts/p1", cuts())
    with pytest.raises(Unreachable):
        await states(api)


async def test_a_wrong_credential_ends_the_watch(api: Api, server: Scripted) -> None:
    server.on("WS", SOCKET, says({}, status=401))
    server.on("GET", "/prompts/p1", says({}, status=401))
    with pytest.raises(Unauthorized):
        await states(api)


async def test_an_expired_token_is_renewed_for_the_socket(
    opening: Opening, server: Scripted
) -> None:
    finished = socket(end(medium()))

    async def guarded(request: web.Request) -> web.StreamResponse:
        good = request.headers["Authorization"] == "Bearer t2"
        return await finished(request) if good else json({}, status=401)

    pending(server)
    server.on("POST", "/members/login", says({"accessToken": "t1"}), says({"accessToken": "t2"}))
    server.on("GET", "/prompts/p1", says({}, status=404))
    server.on("WS", SOCKET, guarded)
    async with opening(api_key=None, email="me@example.com", password="pass") as api:
        assert (await states(api))[-1].phase is Phase.DONE
    assert server.times("POST", "/members/login") == 2


async def test_sockets_log_no_credential(
    api: Api, server: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pending(server)
    server.on("GET", "/prompts/p1", says({}, status=404))
    server.on("WS", SOCKET, socket(end(medium())))
    await states(api)
    assert "k-secret" not in caplog.text


async def test_sockets_follow_no_redirects(api: Api, server: Scripted) -> None:
    server.on("WS", SOCKET, says({}, status=302, Location="/ws/elsewhere"))
    server.on("GET", "/prompts/p1", says({}, status=404), says(container(medium())))
    pending(server)
    await states(api)
    assert not server.times("WS", "/ws/elsewhere")


async def test_events_of_the_account_come_with_the_token_as_a_parameter(
    api: Api, server: Scripted
) -> None:
    entry = {"promptId": "p1", "queuePosition": 0, "video": False, "progress": 5}
    change = {"eventType": "QUEUE_CHANGE", "queue": [entry], "promptId": "p1"}
    server.on("WS", "/ws/users/r9orK", socket("nonsense", change))
    async with aclosing(api.watch_account("r9orK")) as events:
        async for one in events:
            assert one.queue == [QueueEntry.model_validate(entry)]
            break
    assert server.asked[0].query == [("token", "k-secret")]
    assert routes.WS_USER_EVENTS.path_params == ("userId",)


RESULT = PromptContainer.model_validate(container(medium()))
DRAFT = PromptContainer.model_validate(container(medium(name="draft")))
ALIVE: list[Sighting] = [
    *(PromptEvent(progress=0, queue_position=place) for place in (3, 2, 1, 0)),
    *(PromptEvent(progress=part, prompt_container=DRAFT) for part in (10.0, 50.0, 90.0)),
    PromptEvent(progress=60, is_system=True, message="Loading"),
    Snapshot(),
    Snapshot(PromptContainer(prompt_id="p1"), QueueEntry(prompt_id="p1", queue_position=1)),
    Preview(PNG),
    ServerFault("get_prompt", 503),
]
ENDS: list[Sighting] = [
    PromptEvent(progress=100, is_complete=True, prompt_container=RESULT),
    Snapshot(RESULT),
]


@given(
    st.lists(st.sampled_from(ALIVE), max_size=9),
    st.sampled_from(ENDS),
    st.lists(st.sampled_from(ALIVE + ENDS), max_size=9),
)
def test_every_order_of_sightings_leads_to_the_same_end(
    before: list[Sighting], ending: Sighting, late: list[Sighting]
) -> None:
    progress = Progress("IMAGE")
    history = [progress.state]
    for sighting in [*before, ending, *late]:
        progress = progress.after(sighting)
        history.append(progress.state)
    medias = (Media.model_validate(medium()),)
    assert progress.state == PromptState(Phase.DONE, progress=100.0, medias=medias)
    order = [Phase.QUEUED, Phase.RUNNING, Phase.DONE]
    phases = [order.index(state.phase) for state in history]
    assert phases == sorted(phases)
    reached = [state.progress or 0.0 for state in history]
    assert reached == sorted(reached)


@given(st.permutations(ALIVE[:8]))
def test_events_in_any_order_reach_the_same_progress(events: list[Sighting]) -> None:
    progress = Progress("IMAGE")
    for sighting in [*events, *events]:
        progress = progress.after(sighting)
    state = progress.state
    assert (state.phase, state.progress, state.position) == (Phase.RUNNING, 90.0, None)
    assert state.note == "Loading"


@pytest.mark.parametrize("number", [-5, 250, float("nan"), float("inf")])
def test_odd_numbers_stay_within_percent(number: float) -> None:
    frame = dumps({"progress": number, "queuePosition": -1})
    state = Progress("IMAGE").after(PromptEvent.model_validate_json(frame)).state
    assert state.progress is None or 0 <= state.progress <= 100
    assert state.position is None


def test_an_error_event_without_words_still_fails() -> None:
    with pytest.raises(VivantError):
        Progress("IMAGE").after(PromptEvent(is_error=True))
