"""How the sandbox answers where nobody knows how the real service does.

The documentation leaves much of the wire open: no capture of the live service exists. Each member
is one such unknown with its plausible answers; the first one named is the default. The client has
to get along with all of them, and tests play them.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Dialect:
    """One way the service may turn out to speak.

    Attributes:
        pending_prompt: Get Prompt of an unfinished prompt: 200 without media, or that status.
        failed_prompt: Get Prompt of a failed one: 200 without media, a 404, or ``isError`` fields.
        create_container: ``promptContainer`` of a create that does not block.
        blocking_medias: Where a blocking create puts its media.
        echo: The echoed body: as sent plus the seed in use, with every documented default, or
            without the seed.
        source_first: A video's container lists the source picture before the video.
        previews: Media in the events' container, pictures as binary frames, or none.
        late_socket: A prompt socket opened after the end: one final event, silence, or a close.
        closes_when_done: The service closes a prompt socket after its final event.
        socket_credential: The prompt socket wants a credential on the upgrade.
        notes: A running prompt sends ``isSystem`` events for information.
        token_field: Where a ``token`` event has its text.
        complete: What ``complete`` carries: the message, the text alone, or nothing.
        error_field: Where an ``error`` event has its sentence.
        abandoned_reply: A reply whose reader has gone is still stored; stored even where what it
            answers was deleted meanwhile; or thrown away.
        character_type: ``messageType`` of what a character says.
        media_type: ``messageType`` of a picture in a chat.
        chat_image: Create Chat Image answers when the picture is ready, or at once without it.
        missing_character: Get Character of an unknown id ("returns null").
        chat_list_messages: Get Chats has the messages, or only the chats.
        errors: Bodies of errors: problem+json, plain text, or a web page.
        no_credit_status: Status when credits are used up.
        queue_full_status: Status at "Max pending creations".
        missing_status: Status of an unknown prompt or chat.
        void_answer: Status of operations without an answer.
        error_type: ``errorType`` of a failed generation.
    """

    pending_prompt: Literal["empty", 404, 204] = "empty"
    failed_prompt: Literal["empty", 404, "fields"] = "empty"
    create_container: Literal["null", "echo"] = "null"
    blocking_medias: Literal["container", "top"] = "container"
    echo: Literal["seeded", "filled", "seedless"] = "seeded"
    source_first: bool = False
    previews: Literal["container", "binary", "none"] = "container"
    late_socket: Literal["replay", "silent", "drop"] = "replay"
    closes_when_done: bool = True
    socket_credential: bool = False
    notes: bool = True
    token_field: Literal["token", "content", "text", "delta"] = "token"  # noqa: S105  # a token of text
    complete: Literal["message", "text", "bare"] = "message"
    error_field: Literal["message", "error", "detail"] = "message"
    abandoned_reply: Literal["stored", "orphaned", "discarded"] = "stored"
    character_type: str = "CHARACTER"
    media_type: str = "MEDIA"
    chat_image: Literal["ready", "later"] = "ready"
    missing_character: Literal[204, 404] = 204
    chat_list_messages: bool = True
    errors: Literal["problem", "plain", "page"] = "problem"
    no_credit_status: int = 402
    queue_full_status: int = 400
    missing_status: int = 404
    void_answer: Literal[204, 200] = 204
    error_type: str = "UNKNOWN"
