"""Takes uploads and serves media at signed addresses, in the manner of an S3 bucket.

An address that has expired is refused with 403, and a request that carries the API's own
credential besides the signature with 400: a bucket takes one kind of authorization only.
"""

import io

from aiohttp import web
from PIL import Image, UnidentifiedImageError

from sandbox.aliveai.problems import Problem, Violation
from sandbox.aliveai.recipes import Kind, Uploaded
from sandbox.aliveai.studio import content_type
from sandbox.aliveai.world import Answer, Call, File, Responder, World

PATH = "/files/{name}"
CHUNK = 65536


async def upload(call: Call) -> Answer:
    """Keep a picture or an MP4 video under a new media id."""
    file = call.body.get("image")
    if not isinstance(file, File) or not file.content:
        raise Problem(400, "", (Violation("image", "form", "must not be null"),))
    kind, found = _sniffed(file.content)
    recipe = Uploaded(file.content, found)
    medium = call.world.state.keep(recipe, kind, str(call.body.get("name") or file.name))
    return {"mediaId": medium.media_id, "mediaType": medium.kind}


def _sniffed(content: bytes) -> tuple[Kind, str]:
    if content[4:8] == b"ftyp":
        return "VIDEO", "video/mp4"
    try:
        with Image.open(io.BytesIO(content)) as image:
            return "IMAGE", Image.MIME.get(image.format or "", "image/png")
    except UnidentifiedImageError:
        raise Problem(400, "Unsupported file type") from None


async def download(world: World, request: web.Request) -> web.StreamResponse:
    """One medium's file."""
    if "Authorization" in request.headers:
        return _refused(400, "InvalidArgument", "Only one auth mechanism allowed")
    signature = request.query.get("X-Amz-Signature", "")
    until = request.query.get("X-Amz-Expires", "")
    if not world.seals.opens(request.path, until, signature):
        return _refused(403, "AccessDenied", "Request has expired")
    medium = world.state.media.get(request.match_info["name"].partition(".")[0])
    if medium is None:
        return _refused(404, "NoSuchKey", "The specified key does not exist.")
    if fault := world.faults.take("download", "swell"):
        return await _swollen(request, fault.count)
    content = await world.studio.file(medium.recipe)
    return web.Response(body=content, content_type=content_type(medium.recipe))


async def _swollen(request: web.Request, size: int) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "image/png"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    for _ in range(0, size, CHUNK):
        await response.write(bytes(CHUNK))
    return response


def _refused(status: int, code: str, text: str) -> web.Response:
    body = f"<Error><Code>{code}</Code><Message>{text}</Message></Error>"
    return web.Response(status=status, text=body, content_type="application/xml")


RESPONDERS: dict[str, Responder] = {"upload_file": upload}
