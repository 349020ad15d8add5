import httpx
import pytest

from sandbox.aliveai import Dialect
from tests.sandbox.aliveai_client import CHARACTER, PICTURE, generated, opened


async def test_login_gives_a_token_that_works_until_it_expires() -> None:
    async with opened(token_seconds=60) as (ai, client):
        login = {"email": ai.state.account.email, "password": ai.state.account.password}
        token = (await client.post("/members/login", json=login)).json()["accessToken"]
        assert token.startswith("eyJ")
        assert token.count(".") == 2
        bearer = {"Authorization": f"Bearer {token}"}
        assert (await client.get("/members/me", headers=bearer)).status_code == 200
        ai.clock.advance(61)
        assert (await client.get("/members/me", headers=bearer)).status_code == 401


async def test_tokens_can_be_expired_on_demand() -> None:
    async with opened() as (ai, client):
        login = {"email": ai.state.account.email, "password": ai.state.account.password}
        token = (await client.post("/members/login", json=login)).json()["accessToken"]
        ai.faults.expire_tokens()
        answer = await client.get("/members/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401


@pytest.mark.parametrize("prefix", ["Bearer", "Basic", ""])
async def test_an_api_key_under_a_wrong_prefix_is_refused(prefix: str) -> None:
    async with opened() as (ai, _), httpx.AsyncClient(base_url=ai.url) as anybody:
        header = {"Authorization": f"{prefix} {ai.api_key}".strip()}
        assert (await anybody.get("/members/me", headers=header)).status_code == 401


async def test_a_wrong_password_is_refused() -> None:
    async with opened() as (ai, client):
        login = {"email": ai.state.account.email, "password": "wrong"}
        assert (await client.post("/members/login", json=login)).status_code == 401


async def test_credits_fall_with_every_generation() -> None:
    async with opened(credits_=10) as (ai, client):
        await generated(ai, client)
        assert (await client.get("/members/me")).json()["credits"] == 8


async def test_without_credits_nothing_is_created() -> None:
    async with opened(dialect=Dialect(no_credit_status=403)) as (ai, client):
        ai.faults.use_up_credits()
        assert (await client.post("/prompts", json=PICTURE)).status_code == 403
        assert not ai.state.prompts


async def test_every_broken_limit_is_one_violation() -> None:
    async with opened() as (_, client):
        body = {"appearance": "x" * 1501, "detailLevel": "LOW", "cfg": 11, "colour": "red"}
        answer = await client.post("/prompts", json=body)
        assert answer.status_code == 400
        assert answer.headers["content-type"].startswith("application/problem+json")
        fields = {each["field"] for each in answer.json()["violations"]}
        assert fields == {"name", "appearance", "detailLevel", "cfg", "colour"}


@pytest.mark.parametrize("query", ["", "?page=-1", "?page=0&pageSize=21", "?page=0&limit=20"])
async def test_query_parameters_are_held_to_the_documentation(query: str) -> None:
    async with opened() as (_, client):
        answer = await client.get(f"/prompts{query}")
        assert answer.status_code == 400
        assert answer.json()["violations"][0]["in"] == "query"


async def test_an_unknown_path_and_a_wrong_method_are_loud() -> None:
    async with opened() as (ai, client):
        assert (await client.get("/images")).status_code == 404
        assert (await client.patch("/prompts", json={})).status_code == 405
        assert [call.operation for call in ai.calls] == ["unknown", "unknown"]


async def test_a_row_can_be_moved_to_one_of_its_alternatives() -> None:
    async with opened(moved={"update_chat_persona": "POST /personas/{id}"}) as (ai, client):
        persona_id = next(iter(ai.state.personas))
        body = {"name": "Ada", "isDefault": True}
        answer = await client.put(f"/chat-personas/{persona_id}", json=body)
        assert answer.status_code == 405
        assert (await client.post(f"/personas/{persona_id}", json=body)).status_code == 204


async def test_one_persona_is_the_default() -> None:
    async with opened() as (_, client):
        await client.post("/chat-personas", json={"name": "Ada", "isDefault": True})
        personas = (await client.get("/chat-personas")).json()
        assert [each["defaultPersona"] for each in personas] == [False, True]


async def test_the_only_persona_stays() -> None:
    async with opened() as (ai, client):
        persona_id = next(iter(ai.state.personas))
        assert (await client.delete(f"/chat-personas/{persona_id}")).status_code == 400


async def test_a_deleted_character_is_hidden() -> None:
    async with opened() as (_, client):
        created = (await client.post("/chat-characters", json=CHARACTER)).json()
        address = f"/chat-characters/{created['chatCharacterId']}"
        assert (await client.delete(address)).status_code == 204
        assert (await client.get("/chat-characters")).json() == []
        assert (await client.get(address)).status_code == 204


async def test_an_updated_character_has_a_new_first_message() -> None:
    async with opened() as (_, client):
        created = (await client.post("/chat-characters", json=CHARACTER)).json()
        address = f"/chat-characters/{created['chatCharacterId']}"
        before = (await client.get(address)).json()
        await client.put(address, json=CHARACTER | {"firstMessage": "Good morning."})
        after = (await client.get(address)).json()
        assert after["firstMessage"]["candidates"][0]["message"] == "Good morning."
        assert after["firstMessage"]["messageId"] != before["firstMessage"]["messageId"]


async def test_a_card_tells_what_is_in_the_picture_and_takes_instructions() -> None:
    async with opened() as (ai, client):
        container = await generated(ai, client, appearance="a knight in silver armour")
        body = {"imageUrl": container["medias"][0]["mediaUrl"], "characterName": "Percy"}
        card = (await client.post("/chat-characters/vision", json=body)).json()
        assert "silver armour" in card["description"]
        body = {"chatCharacterFromImageResponse": card, "updatePrompt": "make him shy"}
        card = (await client.post("/chat-characters/vision/update", json=body)).json()
        assert "make him shy" in card["personality"]


@pytest.mark.parametrize("errors", ["plain", "page"])
async def test_errors_can_have_other_bodies_than_problems(errors: str) -> None:
    dialect = Dialect(errors="plain") if errors == "plain" else Dialect(errors="page")
    async with opened(dialect=dialect) as (_, client):
        answer = await client.get("/prompts/nopes")
        assert answer.status_code == 404
        assert "not found" in answer.text
        assert "json" not in answer.headers["content-type"]
