"""What people are told when something did not work: each error's words, in one place.

One or two sentences: what happened, whether anything was charged, what to do next. Never an id,
a status code, or text that came from a service. The tables hold English; what is said of them, is
said in the language of the moment.
"""

from collections.abc import Callable

from bot import errors
from bot.images import LONGEST_SIDE
from bot.languages import said
from bot.policy import Reason

NOT_SENT = "Nothing was sent or charged."
NOT_CHARGED = "Nothing was charged."
MAY_BE_CHARGED = "It may have been charged."
FETCHING = (
    "It is made and kept, but the AI service does not hand out the file yet. I keep asking for it."
)
SEARCHING = (
    "The AI service gave no clear answer while it took this on. I am looking for it there, and "
    "don't ask twice."
)
NOTHING_MORE = "That costs nothing more."

UNFORESEEN = "Something went wrong on my side, and the operator can see it. Please try again."

MISSING_PERMISSION = (
    "Discord does not let me do that here: I need to see this channel, send messages, attach "
    "files, and create threads and write in them."
)

TAKEN_BACK = (
    "I don't tell anything that involves minors in this way, so that reply was withheld and taken "
    f"back from the chat, with what it answers. {MAY_BE_CHARGED}"
)

LEFT_OUT = "*[not shown here]*"
"""What stands for a sentence that may not be shown in a place."""

THINGS = {
    "character": "I can't find that character among yours. `/character list` shows them.",
    "scene": "No scene is open here. Start one with `/chat start`.",
    "reply": "I don't know that reply any more, so I can't change it.",
    "version": "There is no other version in that direction. ⟳ writes a new one.",
    "message": "That message is no longer part of the chat.",
    "job": "I don't know that picture any more.",
    "running job": "That one has already ended.",
    "finished job": "That one is still being made. Cancel it first.",
    "lost generation": (
        "I lost touch with the AI service while it took this on, and can't find it there. It may "
        "have been charged, so I did not ask again. Use Again if you want another try."
    ),
    "lost reply": (
        "I lost touch with the AI service while it wrote this reply, and the chat does not hold "
        "it. I did not ask twice; send your message again if you want to go on."
    ),
    "lost version": (
        "I lost touch with the AI service while it wrote another version, and the chat does not "
        "hold it. I did not ask twice, and it may have been charged; ⟳ asks for another."
    ),
    "lost character": (
        "I lost touch with the AI service while it took your character on, and can't find it "
        "there. I did not ask twice: look at `/character list` in a minute, or create it again."
    ),
    "lost scene": (
        "I lost touch with the AI service while it opened the chat, and can't find it there. "
        "Please start the scene again."
    ),
    "turn": "A reply is being written here. Wait for its end, then try again.",
    "picture": "I don't know that picture any more.",
    "persona": "I can't find that persona among yours. `/persona list` shows them.",
    "busy used persona": (
        "That persona still has a chat, and the AI service keeps it as long as it does. Delete it "
        "after the chat, or edit it."
    ),
    "busy only persona": "That is your only persona, and everybody has one. You can edit it.",
    "busy scene": "A scene is on here already. `/chat end` ends it.",
    "chat": "The AI service no longer has that chat, so its scene has ended.",
    "chat of yours": "I can't find that chat among yours. The list shows them while you type.",
    "running reply": "No reply is being written here.",
    "words": "A picture has no words to edit.",
    "eyes": "Characters can't see files. Say it in words, or take a picture with 📷.",
    "place for a thread": "Scenes need a text channel, a thread, or a post of a forum.",
    "private thread": (
        "There is no private thread to be had here: leave out `private`, or use a text channel."
    ),
    "open thread": "This thread is locked, so nobody could answer here. Choose another.",
    "card": (
        "I can't find a character card in that file. Cards are JSON (V1, V2, V3), or a PNG with "
        "one embedded. Nothing was sent."
    ),
    "text": "That file is not plain text in UTF-8. Nothing was sent.",
    "speech": "There is nothing in that to say. Nothing was sent.",
    "sketch": "That sketch is too old. Start it again with `/character from-picture`.",
    "old reply": (
        "Only the newest reply can be written anew. Older ones keep their versions: ◀ ▶."
    ),
    "old opening": "The opening can't be taken back. `/chat reset` starts over.",
    "setting": "I don't know that setting.",
    "report": "I don't know that report any more.",
    "reportable": "I can only report what I made: pictures, videos and replies in scenes.",
    "source": (
        "There is no picture to start from: attach one, choose one of your results, or make one "
        "here first."
    ),
    "entry": "I don't know that one. Choose from what is offered while you type.",
    "busy press": "I took that already; pressing once is enough.",
    "draft": "That has been kept for a day and is gone now. Use the command again.",
}

FILES = {
    "type": "I can take PNG, JPEG and WebP pictures and MP4 videos, and that file is none of them.",
    "kind": "That is the wrong kind of file for this: see whether it wants a picture or a video.",
    "animated": "That picture moves. I can only take still ones.",
    "broken": "That file is damaged or not complete, so I can't read it.",
    "dimensions": f"That picture is too small, or has more than {LONGEST_SIDE} pixels on a side.",
    "size": "That file is too large for me to take in.",
    "mask": "The mask has to be exactly as wide and high as the picture.",
    "gone": "I can't get that file from Discord any more. Attach it again.",
}

LIMITS = {
    "job": "You have {limit} pictures under way already. Wait for one of them, or cancel one.",
    "file": "That file is larger than {limit} MB. Nothing was sent.",
    "media bytes": "The result is larger than the {limit} bytes that I may fetch. {charged}",
    "daily IMAGE": "That would be more than {limit} pictures today. It starts again at 00:00 UTC.",
    "daily VIDEO": "That would be more than {limit} videos today. It starts again at 00:00 UTC.",
    "server IMAGE": "This server has made its {limit} pictures for today. More at 00:00 UTC.",
    "server VIDEO": "This server has made its {limit} videos for today. More at 00:00 UTC.",
    "message": "That message is longer than {limit} characters, so the character did not hear it.",
}

OVER_LIMIT = "That is more than the {limit} there may be."

NOT_FOUND = "I can't find that any more."

FIELDS = {
    "appearance": "the prompt",
    "negativeDetails": "negative",
    "fromLocation": "place",
    "faceDetails": "face",
    "firstMessage": "the first message",
    "shortBio": "the short bio",
    "userMessage": "the message",
    "message": "its words",
}

MODEL_NAMES = {
    "TEMPORARY": "Dreamy realism v2 (limited)",
    "ANIME": "Anime & cartoon",
    "CHARACTER_CREATOR": "Character creator",
    "ANIMA": "Anima 1.0",
    "GROK": "Grok Ultra",
    "QWEN_PRO": "Qwen Pro",
    "GEMINI_2_5": "Gemini 2.5",
    "GEMINI_3_PRO": "Gemini 3 Pro",
    "NANOBANANA": "Nano Banana",
    "SEEDVR": "SeedVR",
    "ZIMAGE": "Z-Image",
}
"""What the service calls its models, where the value alone does not say it."""


def spoken(value: str) -> str:
    """A value of the API as people read it."""
    return MODEL_NAMES.get(value) or value.removeprefix("V_").replace("_", " ").capitalize()


REASONS = {
    Reason.MINORS: (
        "I don't make or tell anything that involves minors in this way, anywhere, for anybody. "
        f"{NOT_SENT}"
    ),
    Reason.UNDESCRIBED: "That picture has to be described first, and could not be.",
    Reason.UPLOAD: (f"That could show a real person, so it can't be used for this. {NOT_SENT}"),
    Reason.NOT_LISTED: "That one is not among those the operator allows here. Nothing was sent.",
    Reason.NAME_TYPED: f"Names shape faces, so I draw them myself. {NOT_SENT}",
    Reason.PUBLIC_FIGURE: (f"I don't make pictures of well-known people. {NOT_SENT}"),
    Reason.OPTION_NOT_HERE: f"That option can't be used here. {NOT_SENT}",
    Reason.EXPLICIT_OFF: f"That is not available on this bot. {NOT_SENT}",
    Reason.NOT_AGE_RESTRICTED: (f"That is possible only in an age-restricted channel. {NOT_SENT}"),
    Reason.NOT_ADULT: (
        "That is for people who have confirmed that they are adults, which `/privacy adult` asks "
        f"once. {NOT_SENT}"
    ),
    Reason.EXPLICIT_TERMS: (f"The words are too explicit for this place. {NOT_SENT}"),
    Reason.AVATAR_NOT_CLEAN: "That picture can't stand for a character here.",
    Reason.DIRECT_MESSAGES_OFF: "Scenes don't run in direct messages here. Use a server's channel.",
    Reason.CHAT_NOT_HERE: (
        "Scenes run in age-restricted channels, or where this server's moderators allowed them."
    ),
    Reason.BLOCKED: "You can't use this bot here. The server's moderators can tell you why.",
    Reason.FEATURE_OFF: "This server's moderators switched that off.",
    Reason.BLOCKED_TERM: f"Those words are not allowed on this bot. {NOT_SENT}",
    Reason.TAKEN_DOWN: "That was taken down and can't be used any more.",
    Reason.NOT_OWNER: "Only the person it belongs to can do that.",
    Reason.NOT_MANAGER: "Only people who may manage this server can do that.",
    Reason.PRIVATE: "That is private. Its owner can see it.",
}


WITHHELD = {
    Reason.NOT_AGE_RESTRICTED: "this place is not age-restricted any more",
    Reason.NOT_ADULT: "it is only for people who have confirmed that they are adults",
    Reason.EXPLICIT_OFF: "the bot's operator switched such content off",
    Reason.CHAT_NOT_HERE: "scenes may not run here any more",
    Reason.DIRECT_MESSAGES_OFF: "scenes may not run in direct messages any more",
    Reason.BLOCKED: "this server's moderators blocked whoever asked for it",
    Reason.TAKEN_DOWN: "it was taken down",
    Reason.PRIVATE: "it is private",
}
"""Why something that is finished is not shown where it was asked for."""

RULES_CHANGED = "the rules of this place have changed"


def withheld_result(error: errors.VivantError) -> str:
    """What stands in the place of a result that may not be shown there, and where to get it."""
    return said(
        "🔒 This is ready, but I can't show it here: {why}. It is kept: use the button "
        "when it may be shown.",
        why=_why(error),
    )


def withheld_reply(error: errors.VivantError | None) -> str:
    """What stands in the place of a reply that may not be shown there."""
    if not isinstance(error, errors.Denied) or error.reason == Reason.MINORS:
        return said("🛑 This reply was withheld, and taken back from the chat.")
    return said("🔒 This reply is not shown: {why}. It is kept in the chat.", why=_why(error))


def _why(error: errors.VivantError) -> str:
    if isinstance(error, errors.Denied):
        return said(WITHHELD.get(Reason(error.reason), RULES_CHANGED))
    return said(RULES_CHANGED)


def words(error: errors.VivantError, *, sent: bool = False) -> str:
    """What a person is told about an error.

    ``sent``: something had been sent before it, so nothing is said to have cost nothing.
    """
    speak = next(WORDS[kind] for kind in type(error).__mro__ if kind in WORDS)
    text = speak(error)
    if sent or getattr(error, "sent", False):
        for claim in (said(NOT_SENT), said(NOT_CHARGED)):
            text = text.replace(claim, said(MAY_BE_CHARGED))
    return text


def _invalid(error: errors.Invalid) -> str:
    wrong = ", ".join(said(FIELDS.get(name, name)) for name in sorted(error.fields))
    told = [said("The AI service does not take this as it is.")]
    if wrong:
        told.append(said("Look at: {wrong}.", wrong=wrong))
    return " ".join((*told, said(NOT_CHARGED)))


def _said(sentence: str) -> Callable[[errors.VivantError], str]:
    return lambda _: said(sentence)


def _thing(key: str, otherwise: str) -> str:
    return said(THINGS.get(key, otherwise))


def _denied(error: errors.Denied) -> str:
    if error.sent and error.reason == Reason.MINORS:
        return said(TAKEN_BACK)
    return said(REASONS[Reason(error.reason)])


WORDS: dict[type, Callable[..., str]] = {
    errors.NotSent: _said(f"The AI service can't be reached. {NOT_CHARGED} Try again in a minute."),
    errors.Unreachable: _said(
        "The AI service does not answer. Nothing is repeated by itself; try again in a minute."
    ),
    errors.TimedOut: _said(
        "The AI service took too long and I stopped waiting. It may have been charged; if the "
        "result still comes, the operator can find it."
    ),
    errors.Invalid: _invalid,
    errors.Unauthorized: _said(
        f"The AI service does not accept the bot's credentials. {NOT_CHARGED} The operator has "
        "to look at this."
    ),
    errors.OutOfCredit: _said(
        f"The bot's account has no credits left. {NOT_CHARGED} The operator has to top it up."
    ),
    errors.Missing: _said("The AI service no longer has this."),
    errors.QueueFull: _said(f"The AI service's queue is full. {NOT_CHARGED} Try again soon."),
    errors.RateLimited: _said(
        f"The AI service asks for a pause. {NOT_CHARGED} Try again in a minute."
    ),
    errors.ServerFault: _said(
        f"The AI service failed by itself. {NOT_CHARGED} Try again in a minute."
    ),
    errors.Refused: _said(f"The AI service refused this. {NOT_CHARGED}"),
    errors.GenerationFailed: _said(
        "The AI service could not finish this. Another try, or other words, may work."
    ),
    errors.Malformed: _said(
        "The AI service answered in a way I can't read. The operator has to look at this."
    ),
    errors.StreamBroken: _said("The reply broke off. ⟳ writes another version."),
    errors.Uncertain: lambda error: _thing(f"lost {error.what}", THINGS["lost generation"]),
    errors.Denied: _denied,
    errors.BadFile: lambda error: (
        f"{said(FILES.get(error.problem, FILES['type']))} {said(NOT_CHARGED)}"
    ),
    errors.OverLimit: lambda error: said(
        LIMITS.get(error.what, OVER_LIMIT), limit=error.limit, charged=said(NOT_CHARGED)
    ),
    errors.Busy: lambda error: _thing(f"busy {error.what}", THINGS["turn"]),
    errors.Stale: lambda error: _thing(f"old {error.what}", THINGS["old reply"]),
    errors.Unreadable: lambda error: _thing(error.what, THINGS["text"]),
    errors.NotFound: lambda error: _thing(error.what, NOT_FOUND),
    errors.NotConnected: str,
    errors.StoreDown: _said(
        f"My memory is out of reach for the moment, so I can't do this safely. {NOT_CHARGED} "
        "Try again in a minute."
    ),
    errors.Gone: _said("That message, or my permission to write there, is gone."),
    errors.Undeliverable: _said(
        f"It was made, but Discord does not take it, neither as a file nor as a link. {NOT_CHARGED}"
    ),
    errors.Unfetched: _said(
        "This is made and kept, but the AI service does not hand out the file for now. Use the "
        f"button to fetch it later. {NOTHING_MORE}"
    ),
    errors.Unfit: _said("Discord does not take my answer as it is. The operator can see why."),
    errors.Throttled: _said("Discord asks me to slow down. Try again in a minute."),
    errors.Unshown: _said("Discord did not take my answer. Try again in a minute."),
}
