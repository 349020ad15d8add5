"""Why something was not done, at more length than a notice has room for.

A notice where nothing is ephemeral is short and goes away; its button names the reason in its
``custom_id``, and tells the rest to whoever presses, for their eyes alone.
"""

from collections.abc import Iterator, Mapping

from bot.errors import VivantError
from bot.policy import Reason

CLEAN_PLACES = (
    "Explicit content has a place only where all of this is true: the bot's operator allows it, "
    "the channel is marked as age-restricted, and you have confirmed that you are an adult with "
    "`/privacy adult`. Everywhere else the same commands work, and what they make is clean."
)
ONE_AT_A_TIME = (
    "A scene does one thing at a time, so that what you see here and what the AI service holds "
    "never come apart. Messages wait in order and are answered by themselves; buttons and "
    "reactions work again once the reply that is being written has ended. ⏹️ ends it early."
)
SERVICE = (
    "Pictures, videos and replies come from an AI service that this bot talks to. It is asked "
    "once for each thing and never again by itself, because each time can cost credits. If it "
    "took something on before it failed, I look for that before I give up."
)
VERSIONS = (
    "A reply can have several versions, and the AI service goes on from the one that is shown. "
    "⟳ or 🔁 writes one more of the newest reply; ◀ ▶ or ⬅️ ➡️ leaf through those there are."
)

WHY: Mapping[str, str] = {
    f"denied-{Reason.EXPLICIT_OFF}": CLEAN_PLACES,
    f"denied-{Reason.NOT_AGE_RESTRICTED}": CLEAN_PLACES,
    f"denied-{Reason.NOT_ADULT}": CLEAN_PLACES,
    f"denied-{Reason.EXPLICIT_TERMS}": CLEAN_PLACES,
    f"denied-{Reason.MINORS}": (
        "This is the one rule that no setting changes: nothing sexual or romantic about minors, "
        "in words or pictures, real or made up. It goes by the words, so it can be mistaken. If "
        "you meant something else, say it in other words, with the ages of adults."
    ),
    f"denied-{Reason.CHAT_NOT_HERE}": (
        "Characters may say things that not every channel wants, so scenes run in age-restricted "
        "channels and in those that the moderators opened. Whoever manages this server can open "
        "one: `/settings`, or the button under a refused `/chat start`."
    ),
    f"denied-{Reason.DIRECT_MESSAGES_OFF}": (
        "The bot's operator decides whether scenes run in direct messages, and has not switched "
        "that on. In a server, `/chat start` with `private` opens a thread that only you and the "
        "moderators see."
    ),
    f"denied-{Reason.NOT_OWNER}": (
        "Each reply belongs to whoever it was written for, and each picture to whoever asked for "
        "it. They can change and use it; moderators can stop and remove it."
    ),
    f"denied-{Reason.BLOCKED}": (
        "Moderators can block somebody from the bot in their server, and the operator everywhere. "
        "What I hold on you stays yours: `/privacy export` and `/privacy delete` work all the same."
    ),
    f"denied-{Reason.FEATURE_OFF}": (
        "Whoever manages a server can switch parts of the bot off, for all of it, a channel or a "
        "role. `/help` lists what is on here for you."
    ),
    f"denied-{Reason.BLOCKED_TERM}": (
        "The bot's operator keeps a list of words that are not sent anywhere. Other words for the "
        "same may do."
    ),
    f"denied-{Reason.TAKEN_DOWN}": (
        "Moderators took it down after a report. It is kept from all further use, also as the "
        "start of something else."
    ),
    "denied": (
        "Whether something is allowed depends on what it is, where, and for whom. `/help` lists "
        "what can be done here, by you."
    ),
    "overlimit-message": (
        "The AI service takes messages of 4,000 characters at most, all that you write in quick "
        "succession together. Send it in parts, and wait for the answer in between."
    ),
    "overlimit-job": (
        "The account's queue is shared, so each person has a number of places in it. `/queue` "
        "shows what of yours is under way; Cancel frees a place at once."
    ),
    "overlimit": "`/account` shows your limits and what you have used of them today.",
    "notfound-eyes": (
        "A scene is text alone: the AI service that writes the replies has no way to look at a "
        "file. To change or animate a picture, use its menu: Apps, then Edit picture or Animate."
    ),
    "notfound-version": VERSIONS,
    "stale": VERSIONS,
    "notfound-scene": (
        "Scenes live in threads, one in each. It may have ended, or its chat was deleted. "
        "`/chat resume` brings one of yours back, with a recap."
    ),
    "notfound": (
        "Either it is gone, or it belongs to somebody else: the two are not told apart, so that "
        "nobody learns what others have."
    ),
    "busy": ONE_AT_A_TIME,
    "streambroken": (
        "The connection to the AI service broke while it wrote. What had come is kept, and if it "
        "finished the reply by itself, that is what you see."
    ),
    "apierror": SERVICE,
    "uncertain": SERVICE,
    "unreadable": (
        "I only send what I can read whole: plain text, or a character card as JSON or PNG. "
        "Nothing was sent."
    ),
    "badfile": (
        "Files are checked and reduced to their pixels before they go anywhere, and what can't be "
        "read in full is refused. PNG, JPEG and WebP pictures and MP4 videos work."
    ),
    "storedown": (
        "I note everything before it is done, so that nothing is lost or done twice. While I "
        "can't, I do nothing at all. It mends itself, or the operator does."
    ),
    "showfailed": (
        "Discord limits how fast a bot may write in a channel, and can refuse it for lack of a "
        "permission. What was made is kept, and is shown when it can be."
    ),
    "undeliverable": (
        "The result is larger than Discord takes in this place, and could not be made smaller. "
        "`/gallery` still has it."
    ),
    "unfetched": (
        "The AI service has made it and keeps it; only its file could not be fetched for some "
        "minutes. Nothing is made or charged again: the button below it fetches it once more."
    ),
    "vivanterror": "The operator can see what happened.",
}
"""Longer reasons by key: an error's name and what it is about, or the name alone."""


def key_of(error: BaseException) -> str:
    """Under what the reason of an error is found: the most particular key there is."""
    return next((key for key in _keys(error) if key in WHY), "vivanterror")


def needs_consent(key: str) -> bool:
    """Whether only a confirmation to be an adult may be missing."""
    return key == f"denied-{Reason.NOT_ADULT}"


def _keys(error: BaseException) -> Iterator[str]:
    about = getattr(error, "reason", "") or getattr(error, "what", "")
    for kind in type(error).__mro__:
        if issubclass(kind, VivantError):
            name = kind.__name__.lower()
            yield f"{name}-{about}"
            yield name
