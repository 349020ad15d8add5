"""What the tests of the local AliveAI share: it and a plain HTTP client, and how to ask it."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import websockets
from PIL import Image

from sandbox.aliveai import AliveAI, Pace

PICTURE = {"name": "Ada Winter", "appearance": "a woman by the sea", "detailLevel": "MEDIUM"}
CHARACTER = {
    "name": "Mira",
    "bio": "Mira is a lighthouse keeper who loves old maps. She is shy.",
    "shortBio": "Keeps the light.",
    "firstMessage": "Good evening.",
}


@asynccontextmanager
async def opened(**options: Any) -> AsyncIterator[tuple[AliveAI, httpx.AsyncClient]]:
    """The service without any waiting, and a client with its API key."""
    options = {"pace": Pace(speed=0), "media_scale": 0.1, **options}
    async with AliveAI.open(**options) as ai:
        headers = {"Authorization": f"Key {ai.api_key}"}
        async with httpx.AsyncClient(base_url=ai.url, headers=headers, timeout=10) as client:
            try:
                yield ai, client
            except BaseException as error:
                error.add_note(ai.calls.transcript())
                raise


async def generated(ai: AliveAI, client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    """A finished picture's container."""
    created = await client.post("/prompts", json=PICTURE | body)
    await ai.until(lambda: ai.pending() == 0)
    container: dict[str, Any] = (await client.get(f"/prompts/{created.json()['promptId']}")).json()
    return container


async def chat_with_mira(client: httpx.AsyncClient, opening: str = "Hello?") -> dict[str, Any]:
    """A new chat with a new character and the persona that is there from the start."""
    character = (await client.post("/chat-characters", json=CHARACTER)).json()
    persona = (await client.get("/chat-personas")).json()[0]
    body = {
        "chatCharacterId": character["chatCharacterId"],
        "personaId": persona["id"],
        "firstMessage": opening,
    }
    chat: dict[str, Any] = (await client.post("/chats", json=body)).json()
    return chat


async def say(client: httpx.AsyncClient, chat_id: str, text: str) -> list[dict[str, Any]]:
    """Send a message; the events of the whole reply."""
    answer = await client.post(f"/chats/{chat_id}/messages", json={"userMessage": text})
    return [json.loads(line) for line in answer.text.splitlines()]


async def fetched(address: str) -> httpx.Response:
    """A file, fetched without the API's credential."""
    async with httpx.AsyncClient() as anybody:
        return await anybody.get(address)


async def events(ai: AliveAI, prompt_id: str) -> list[Any]:
    """Everything a prompt's socket says until it closes: objects, and pictures as bytes."""
    async with websockets.connect(f"{ai.ws_url}/ws/prompts/{prompt_id}") as socket:
        return [json.loads(e) if isinstance(e, str) else e async for e in socket]


def png(colour: str = "navy", size: tuple[int, int] = (64, 96)) -> bytes:
    """A small picture to upload."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()
