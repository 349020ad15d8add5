import io
from typing import Any

import av
import httpx
import pytest
from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo

from sandbox.aliveai import AliveAI
from tests.sandbox.aliveai_client import fetched, generated, opened, png

EDIT = {"editModel": "CREATIVE", "prompt": "snow", "ignoreFace": False, "restoreFace": True}
FACE_SWAP = {"mediaIds": ["picture"]}
PICTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "edit": ("/prompts/edit-image", EDIT),
    "upscale": ("/prompts/edit-upscale-image", {"restoreFace": False}),
    "enhance": ("/prompts/enhance-image", {}),
    "eyes": ("/prompts/edit-eyes", {"text": "green eyes"}),
    "clothes": ("/prompts/create-clothes", {}),
    "swap": ("/prompts/after-face-swap", {"faceSwap": FACE_SWAP}),
}  # fmt: skip


def image(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


async def made(
    ai: AliveAI, client: httpx.AsyncClient, path: str, body: dict[str, Any]
) -> dict[str, Any]:
    """The medium that a creation makes."""
    created = await client.post(path, json=body)
    assert created.status_code == 200, created.text
    await ai.until(lambda: ai.pending() == 0)
    container = (await client.get(f"/prompts/{created.json()['promptId']}")).json()
    medium: dict[str, Any] = container["medias"][-1]
    return medium


@pytest.mark.parametrize(
    ("ratio", "size"), [("DEFAULT", (72, 128)), ("SQUARE", (96, 96)), ("LANDSCAPE", (128, 72))]
)
async def test_pictures_have_the_asked_shape(ratio: str, size: tuple[int, int]) -> None:
    async with opened() as (ai, client):
        container = await generated(ai, client, aspectRatio=ratio)
        file = await fetched(container["medias"][0]["mediaUrl"])
        assert file.headers["content-type"] == "image/png"
        assert image(file.content).size == size


async def test_the_same_seed_and_words_give_the_same_picture_and_others_do_not() -> None:
    async with opened() as (ai, client):
        files = [
            await fetched((await generated(ai, client, **body))["medias"][0]["mediaUrl"])
            for body in (
                {"seed": "7"},
                {"seed": "7"},
                {"seed": "8"},
                {"seed": "7", "appearance": "night city"},
            )
        ]
        assert files[0].content == files[1].content
        assert len({file.content for file in files}) == 3


@pytest.mark.parametrize("name", PICTURES)
async def test_an_edit_changes_its_source(name: str) -> None:
    path, body = PICTURES[name]
    async with opened() as (ai, client):
        container = await generated(ai, client)
        source = container["medias"][0]
        body = body | {"mediaId": source["id"], "createdFromPromptId": container["promptId"]}
        if "faceSwap" in body:
            body["faceSwap"] = {"mediaIds": [source["id"]]}
        if name in ("clothes", "swap"):
            body.pop("createdFromPromptId")
        edited = await made(ai, client, path, body)
        before = image((await fetched(source["mediaUrl"])).content)
        after = image((await fetched(edited["mediaUrl"])).content)
        assert ImageChops.difference(before, after.resize(before.size)).getbbox()


async def test_an_inpainted_picture_changes_only_where_the_mask_is_light() -> None:
    async with opened(media_scale=0.2) as (ai, client):
        source = (await generated(ai, client))["medias"][0]
        mask = Image.new("L", (144, 256))
        mask.paste(255, (100, 0, 144, 120))
        out = io.BytesIO()
        mask.save(out, "PNG")
        uploaded = await client.post("/upload", files={"image": ("mask.png", out.getvalue())})
        body = {
            "originalMediaId": source["id"],
            "maskMediaId": uploaded.json()["mediaId"],
            "createdFromPromptId": "",
            "strength": 80,
            "prompt": "",
        }
        edited = await made(ai, client, "/prompts/inpaint", body)
        before = image((await fetched(source["mediaUrl"])).content)
        after = image((await fetched(edited["mediaUrl"])).content)
        box = ImageChops.difference(before, after).getbbox()
        assert box
        assert box[0] > 80
        assert box[3] < 140


def frames(content: bytes) -> tuple[str, int, float, tuple[int, int]]:
    with av.open(io.BytesIO(content), "r") as container:
        stream = container.streams.video[0]
        count = sum(1 for _ in container.decode(stream))
        size = (stream.width, stream.height)
        return stream.codec_context.name, count, float(stream.average_rate or 0), size


async def test_a_video_is_playable_and_can_be_extended_smoothed_and_enlarged() -> None:
    async with opened() as (ai, client):
        picture = (await generated(ai, client))["medias"][0]
        body = {"mediaId": picture["id"], "text": "she waves", "videoModel": "DEFAULT"}
        video = await made(ai, client, "/prompts/image-to-video", body)
        file = await fetched(video["mediaUrl"])
        assert (video["mediaType"], file.headers["content-type"]) == ("VIDEO", "video/mp4")
        assert frames(file.content) == ("h264", 80, 16.0, (48, 86))
        body = {"mediaId": video["id"], "prompt": "she turns"}
        longer = await made(ai, client, "/prompts/edit-video-extend", body)
        assert frames((await fetched(longer["mediaUrl"])).content)[1] == 160
        body = {"mediaId": longer["id"]}
        smoother = await made(ai, client, "/prompts/edit-video-increase-fps", body)
        assert frames((await fetched(smoother["mediaUrl"])).content)[1:3] == (320, 32.0)
        body = {"mediaId": video["id"], "videoUpscaleModel": "DEFAULT"}
        larger = await made(ai, client, "/prompts/upscale-video", body)
        assert frames((await fetched(larger["mediaUrl"])).content)[3] == (96, 170)


async def test_a_video_with_sound_has_a_sound_track() -> None:
    async with opened() as (ai, client):
        picture = (await generated(ai, client))["medias"][0]
        body = {"mediaId": picture["id"], "text": "she sings", "videoModel": "AUDIO"}
        video = await made(ai, client, "/prompts/image-to-video", body)
        with av.open(io.BytesIO((await fetched(video["mediaUrl"])).content), "r") as container:
            assert container.streams.audio[0].codec_context.name == "aac"


async def test_a_video_cannot_be_made_of_a_video() -> None:
    async with opened() as (ai, client):
        picture = (await generated(ai, client))["medias"][0]
        body = {"mediaId": picture["id"], "text": "she waves", "videoModel": "DEFAULT"}
        video = await made(ai, client, "/prompts/image-to-video", body)
        body["mediaId"] = video["id"]
        assert (await client.post("/prompts/image-to-video", json=body)).status_code == 400


async def test_an_upload_is_kept_as_it_came_and_can_be_used() -> None:
    async with opened() as (ai, client):
        uploaded = await client.post(
            "/upload", data={"name": "me.png"}, files={"image": ("me.png", png(), "image/png")}
        )
        assert uploaded.json()["mediaType"] == "IMAGE"
        body = {"mediaId": uploaded.json()["mediaId"]}
        assert (await made(ai, client, "/prompts/enhance-image", body))["mediaType"] == "IMAGE"


async def test_an_upload_that_is_no_picture_is_refused() -> None:
    async with opened() as (_, client):
        answer = await client.post("/upload", files={"image": ("me.txt", b"hello")})
        assert answer.status_code == 400
        empty = await client.post("/upload", files={"image": ("me.png", b"")})
        assert empty.json()["violations"][0]["field"] == "image"


async def test_an_uploaded_picture_is_seen_by_its_description_or_its_colours() -> None:
    async with opened() as (_, client):
        info = PngInfo()
        info.add_text("Description", "a red balloon over a field")
        out = io.BytesIO()
        Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=info)
        for content, seen in ((out.getvalue(), "a red balloon over a field"), (png(), "black")):
            uploaded = await client.post("/upload", files={"image": ("me.png", content)})
            body = {"mediaId": uploaded.json()["mediaId"]}
            answer = await client.post("/llm/vision-prompt", json=body)
            assert seen in answer.json()["promptText"]
