"""Every route of the table, once, and held to Discord's own description where it is at hand."""

from typing import Any

import pytest

from sandbox.discord.rest.table import ROWS
from tests.sandbox.discord_bot import home
from tests.sandbox.discord_description import FILE, described, misfits
from tests.sandbox.discord_walk import Walk


async def test_every_row_of_the_table_answers_a_fitting_request() -> None:
    async with home() as here:
        await Walk(here).everything()
        answered = {one.route for one in here.local.transcript.requests() if one.status < 300}
        assert {row.name for row in ROWS} - answered == set()
        assert here.local.faults_seen == []


async def test_an_unknown_route_is_a_loud_failure() -> None:
    async with home() as here:
        status, reply = await here.call("GET", "/channels/1/pins")
        assert status == 501
        assert "GET /channels/1/pins" in reply["message"]
        assert here.local.faults_seen == ["route GET /channels/1/pins"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"content": "x", "poll": {}}, "poll"),
        ({"embeds": [{"title": "x", "video": {}}]}, "video"),
        ({"content": "x", "allowed_mentions": {"everyone": True}}, "everyone"),
        ({"content": "x", "flags": 1 << 13}, "flags"),
        ({"components": [{"type": 1, "components": [], "colour": 1}]}, "colour"),
    ],
)
async def test_a_field_that_is_not_honoured_is_a_loud_failure(body: Any, named: str) -> None:
    async with home() as here:
        status, reply = await here.call("POST", f"/channels/{here.channel.id}/messages", body)
        assert status == 501
        assert named in reply["message"]
        assert len(here.local.faults_seen) == 1
        assert here.channel.messages == []


async def test_a_query_that_is_not_honoured_is_a_loud_failure() -> None:
    async with home() as here:
        status, _ = await here.call("GET", f"/channels/{here.channel.id}/messages?pinned=1")
        assert status == 501


async def test_a_request_without_a_token_is_unauthorized() -> None:
    async with home() as here, here.http.get(here.local.api_url + "/users/@me") as answer:
        assert answer.status == 401
        assert await answer.json() == {"message": "401: Unauthorized", "code": 0}


async def test_a_body_that_is_no_json_is_refused() -> None:
    async with home() as here:
        headers = {"Authorization": f"Bot {here.bot_user.token}"}
        url = f"{here.local.api_url}/channels/{here.channel.id}/messages"
        async with here.http.post(url, data=b"{", headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 50109)


@pytest.mark.skipif(not FILE, reason="DISCORD_OPENAPI names no file")
async def test_requests_and_answers_fit_discords_own_description() -> None:
    async with home() as here:
        await Walk(here).everything()
        assert misfits(here.local) == []
    description = described()
    assert description is not None
    assert description.checked > 80
