import json
from typing import Any

import httpx
import pytest

from sandbox.aliveai import Dialect
from tests.sandbox.aliveai_client import chat_with_mira, opened, say


async def test_a_chat_begins_with_the_given_message() -> None:
    async with opened() as (_, client):
        chat = await chat_with_mira(client, "You are late.")
        (message,) = chat["messages"]
        assert message["candidates"][0]["message"] == "You are late."


async def test_a_reply_is_streamed_and_stored_under_the_ids_of_init() -> None:
    async with opened() as (_, client):
        chat = await chat_with_mira(client)
        init, *pieces, complete = await say(client, chat["chatId"], "Tell me about whales")
        text = "".join(piece["token"] for piece in pieces)
        stored = (await client.get(f"/chats/{chat['chatId']}")).json()["messages"]
        assert [each["messageType"] for each in stored] == ["CHARACTER", "USER", "CHARACTER"]
        assert stored[1]["messageId"] == init["userMessageId"]
        assert stored[2] == complete["message"]
        assert stored[2]["messageId"] == init["assistantMessageId"]
        assert stored[2]["selectedCandidateId"] == init["assistantCandidateId"]
        assert stored[2]["candidates"][0]["message"] == text


async def test_the_newest_reply_gets_another_candidate_that_is_selected() -> None:
    async with opened() as (_, client):
        chat = await chat_with_mira(client)
        init = (await say(client, chat["chatId"], "Hello!"))[0]
        address = f"/chats/{chat['chatId']}/messages/{init['assistantMessageId']}"
        answer = await client.post(f"{address}/regenerate")
        again = json.loads(answer.text.splitlines()[0])
        newest = (await client.get(f"/chats/{chat['chatId']}")).json()["messages"][-1]
        texts = [each["message"] for each in newest["candidates"]]
        assert again["assistantMessageId"] == init["assistantMessageId"]
        assert newest["selectedCandidateId"] == again["assistantCandidateId"]
        assert len(set(texts)) == 2


async def test_an_older_reply_cannot_be_regenerated() -> None:
    async with opened() as (_, client):
        chat = await chat_with_mira(client)
        init = (await say(client, chat["chatId"], "One"))[0]
        await say(client, chat["chatId"], "Two")
        address = f"/chats/{chat['chatId']}/messages/{init['assistantMessageId']}/regenerate"
        assert (await client.post(address)).status_code == 400


async def test_candidates_are_selected_and_edited() -> None:
    async with opened() as (_, client):
        chat = await chat_with_mira(client)
        init = (await say(client, chat["chatId"], "Hello!"))[0]
        address = f"/chats/{chat['chatId']}/messages/{init['assistantMessageId']}"
        await client.post(f"{address}/regenerate")
        first = init["assistantCandidateId"]
        chosen = await client.put(address, params={"candidateId": first})
        edited = await client.put(f"{address}/candidates/{first}", json={"message": "Hush."})
        newest = (await client.get(f"/chats/{chat['chatId']}")).json()["messages"][-1]
        assert (chosen.status_code, edited.status_code) == (204, 204)
        assert newest["selectedCandidateId"] == first
        assert newest["candidates"][0]["message"] == "Hush."


async def test_deleting_a_message_deletes_all_that_follow() -> None:
    async with opened() as (_, client):
        chat = await chat_with_mira(client)
        await say(client, chat["chatId"], "One")
        init = (await say(client, chat["chatId"], "Two"))[0]
        await client.delete(f"/chats/{chat['chatId']}/messages/{init['userMessageId']}")
        left = (await client.get(f"/chats/{chat['chatId']}")).json()["messages"]
        assert len(left) == 3


async def test_a_persona_in_use_stays() -> None:
    async with opened() as (_, client):
        await client.post("/chat-personas", json={"name": "Spare", "isDefault": False})
        chat = await chat_with_mira(client)
        persona = (await client.get(f"/chat-personas/chat/{chat['chatId']}")).json()
        assert (await client.delete(f"/chat-personas/{persona['id']}")).status_code == 400
        await client.delete(f"/chats/{chat['chatId']}")
        assert (await client.delete(f"/chat-personas/{persona['id']}")).status_code == 204


async def test_tokens_come_one_at_a_time_when_held() -> None:
    async with opened() as (ai, client):
        chat = await chat_with_mira(client)
        ai.hold("reply")
        address = f"/chats/{chat['chatId']}/messages"
        async with client.stream("POST", address, json={"userMessage": "Hello!"}) as answer:
            lines = answer.aiter_lines()
            assert json.loads(await anext(lines))["type"] == "init"
            await ai.step("reply", times=2)
            assert json.loads(await anext(lines))["type"] == "token"
            assert json.loads(await anext(lines))["type"] == "token"
            ai.release()
            rest = [json.loads(line)["type"] async for line in lines]
        assert rest[-1] == "complete"


@pytest.mark.parametrize(
    ("dialect", "messages"), [("stored", 3), ("orphaned", 3), ("discarded", 2)]
)
async def test_a_reply_whose_reader_has_gone(dialect: Any, messages: int) -> None:
    async with opened(dialect=Dialect(abandoned_reply=dialect)) as (ai, client):
        chat = await chat_with_mira(client)
        ai.hold("reply")
        address = f"/chats/{chat['chatId']}/messages"
        async with client.stream("POST", address, json={"userMessage": "Hello!"}) as answer:
            await anext(answer.aiter_lines())
        ai.release()
        await ai.until(lambda: bool(ai.calls.of("send_chat_message")[0].status))
        assert len(ai.state.chats[chat["chatId"]].messages) == messages


@pytest.mark.parametrize("field", ["token", "content", "text", "delta"])
async def test_the_token_text_may_have_other_names(field: Any) -> None:
    async with opened(dialect=Dialect(token_field=field)) as (_, client):
        chat = await chat_with_mira(client)
        pieces = await say(client, chat["chatId"], "Hello!")
        assert isinstance(pieces[1][field], str)


@pytest.mark.parametrize(("complete", "kind"), [("text", str), ("bare", type(None))])
async def test_complete_may_bring_less_than_the_message(complete: Any, kind: type) -> None:
    async with opened(dialect=Dialect(complete=complete)) as (_, client):
        chat = await chat_with_mira(client)
        last = (await say(client, chat["chatId"], "Hello!"))[-1]
        assert isinstance(last.get("message"), kind)


async def test_a_picture_of_the_moment_has_swipes_of_its_own() -> None:
    async with opened() as (ai, client):
        chat = await chat_with_mira(client)
        shown = (await client.post(f"/chats/{chat['chatId']}/images")).json()
        address = f"/chats/{chat['chatId']}/images/{shown['messageId']}/regenerate"
        again = (await client.post(address)).json()
        assert shown["messageType"] == "MEDIA"
        assert [each["media"]["mediaType"] for each in again["candidates"]] == ["IMAGE", "IMAGE"]
        assert again["selectedCandidateId"] != shown["selectedCandidateId"]
        assert ai.state.account.credits == 996


async def test_a_picture_of_the_moment_may_come_later() -> None:
    async with opened(dialect=Dialect(chat_image="later")) as (ai, client):
        chat = await chat_with_mira(client)
        ai.hold("generation")
        shown = (await client.post(f"/chats/{chat['chatId']}/images")).json()
        assert shown["candidates"][0]["media"] is None
        await ai.step("generation")
        newest = (await client.get(f"/chats/{chat['chatId']}")).json()["messages"][-1]
        assert newest["candidates"][0]["media"]["mediaUrl"]


async def test_a_stream_breaks_after_some_tokens_and_nothing_is_stored() -> None:
    async with opened() as (ai, client):
        chat = await chat_with_mira(client)
        ai.faults.break_stream(3)
        seen: list[str] = []
        with pytest.raises(httpx.TransportError):
            await read(client, chat["chatId"], seen)
        assert seen == ["init", "token", "token", "token"]
        assert len(ai.state.chats[chat["chatId"]].messages) == 2
        assert (await say(client, chat["chatId"], "Hello!"))[-1]["type"] == "complete"


async def read(client: httpx.AsyncClient, chat_id: str, seen: list[str]) -> None:
    """Collect the types of a reply's events for as long as it goes well."""
    body = {"userMessage": "Hello!"}
    async with client.stream("POST", f"/chats/{chat_id}/messages", json=body) as answer:
        async for line in answer.aiter_lines():
            seen += [json.loads(line)["type"]]


async def test_a_stream_ends_with_an_error_event() -> None:
    async with opened(dialect=Dialect(error_field="detail")) as (ai, client):
        chat = await chat_with_mira(client)
        ai.faults.stream_error(2, "Out of breath.")
        *_, last = await say(client, chat["chatId"], "Hello!")
        assert last == {"type": "error", "detail": "Out of breath."}


async def test_every_token_is_told_to_whoever_measures() -> None:
    heard: list[str] = []
    async with opened(sent=lambda *token: heard.append(token[2])) as (_, client):
        chat = await chat_with_mira(client)
        last = (await say(client, chat["chatId"], "Hello!"))[-1]
        assert "".join(heard) == last["message"]["candidates"][0]["message"]
