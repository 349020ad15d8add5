"""Writes what a character says: a small grammar over ``phrases.toml``, the same for one seed.

It is no language model, but it listens: it tells greetings from questions and sorrow from joy,
takes up words of the message, and knows the names and what the bio says.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

LONG = 2000
"""Characters that a long story exceeds: what fits into one message elsewhere."""

INTENTS: tuple[tuple[str, str], ...] = (
    ("code", r"\b(code|script|program|function|python)\b"),
    ("poem", r"\b(poem|verse|rhyme|haiku|song)\b"),
    ("story", r"\b(story|stories|tale|legend|adventure)\b"),
    ("list", r"\b(list|ideas|tips|steps|recommend|advice|recipe|ways)\b"),
    ("farewell", r"\b(bye|goodbye|farewell|good ?night|see you|gotta go)\b"),
    ("thanks", r"\b(thanks?|thank you|thx|cheers)\b"),
    ("sad", r"\b(sad|tired|lonely|afraid|scared|stressed|cry|crying|awful|miss|lost|sick)\b"),
    ("happy", r"\b(happy|great|wonderful|excited|won|yay|amazing|passed|awesome|love)\b"),
    ("action", r"^\s*\*"),
    ("who", r"\bwho\b.*\?"),
    ("where", r"\bwhere\b.*\?"),
    ("why", r"\bwhy\b.*\?"),
    ("how", r"\bhow\b(?! are).*\?"),
    ("greeting", r"^\s*(hi|hello|hey|greetings|good (morning|evening|day)|howdy)\b"),
    ("question", r"\?"),
)


@dataclass(frozen=True)
class Scene:
    """Who talks to whom."""

    name: str
    bio: str
    user: str
    user_bio: str = ""


@dataclass(frozen=True)
class Phrases:
    """The sentences of ``phrases.toml``."""

    small_words: str
    middles: list[str]
    closings: list[str]
    list_openers: list[str]
    list_items: list[str]
    poem: list[str]
    code: str
    story: list[list[str]]
    moods: dict[str, str]
    gestures: dict[str, list[str]]
    reactions: dict[str, list[str]]


@cache
def phrases() -> Phrases:
    """All sentences there are."""
    text = Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8")
    return Phrases(**tomllib.loads(text))


def reply(scene: Scene, asked: str, seed: str) -> str:
    """What the character says to ``asked``: Markdown, from one line to some 4,000 characters."""
    rng = Random(seed)
    slots = _slots(scene, asked, rng)
    match intent_of(asked):
        case "story":
            body = _story(slots, rng, whole=_wants_more(asked))
        case "list":
            body = _listed(slots, rng)
        case "poem":
            body = f"{_one(phrases().reactions['action'], slots, rng)}\n\n" + "\n\n".join(
                _filled(stanza, slots) for stanza in phrases().poem
            )
        case "code":
            body = f"{_one(phrases().reactions['question'], slots, rng)}\n\n{phrases().code}"
        case intent:
            body = _talk(phrases().reactions[intent], slots, rng, more=_wants_more(asked))
    gesture = rng.choice(phrases().gestures[_mood(scene.bio, rng)])
    return f"*{gesture}* {body}" if rng.random() < 0.8 else body


def intent_of(asked: str) -> str:
    """What kind of thing the user said."""
    said = asked.lower()
    return next((name for name, sign in INTENTS if re.search(sign, said)), "statement")


def tokens(text: str) -> list[str]:
    """The text in the small pieces in which a model would write it; joined they are the text."""
    return re.findall(r"\s*[^\W_]{1,5}|\s*[^\s]|\s+", text)


def _wants_more(asked: str) -> bool:
    return bool(re.search(r"\b(long|longer|detail|whole|everything|epic)\b", asked.lower()))


def _slots(scene: Scene, asked: str, rng: Random) -> dict[str, str]:
    slots = {"name": scene.name, "user": scene.user}
    spoken = re.sub(r"^[\w ]{1,32}: ", "", asked)
    said = [word for word in re.findall(r"[^\W\d_]{4,20}", spoken) if _says_something(word, scene)]
    for slot, word in zip(("topic", "other"), rng.sample(said, min(2, len(said))), strict=False):
        slots[slot] = word.lower()
    if trade := re.search(
        r"\b(?:is|as|am|,) (an? [\w' -]{3,40}?)(?: who| with| and|[.,;]|$)", scene.bio
    ):
        slots["trade"] = trade[1]
    if love := re.search(
        r"\b(?:loves?|likes?|enjoys?|collects?|fond of) ([\w' -]{3,40}?)(?: and|[.,;]|$)", scene.bio
    ):
        slots["love"] = love[1]
    return slots


def _says_something(word: str, scene: Scene) -> bool:
    names = f"{scene.name} {scene.user}".lower().split()
    is_verb = word.lower().endswith(("ed", "ly"))
    is_small = word.lower() in phrases().small_words.split()
    return not is_verb and not is_small and word.lower() not in names


def _mood(bio: str, rng: Random) -> str:
    words = set(re.findall(r"[a-z]+", bio.lower()))
    fitting = [mood for mood, signs in phrases().moods.items() if words & set(signs.split())]
    return rng.choice(fitting or list(phrases().moods))


def _filled(sentence: str, slots: dict[str, str]) -> str:
    text = sentence.format_map({"topic": "all that", "other": "the rest", **slots})
    return text[0].upper() + text[1:]


def _fitting(sentences: list[str], slots: dict[str, str]) -> list[str]:
    needed = [set(re.findall(r"{(\w+)}", sentence)) for sentence in sentences]
    return [s for s, need in zip(sentences, needed, strict=True) if need <= set(slots)]


def _one(sentences: list[str], slots: dict[str, str], rng: Random) -> str:
    return _filled(rng.choice(_fitting(sentences, slots) or sentences), slots)


def _talk(reactions: list[str], slots: dict[str, str], rng: Random, *, more: bool) -> str:
    middles = _fitting(phrases().middles, slots)
    rng.shuffle(middles)
    count = rng.choice((0, 1, 1, 2, 2, 3, 5, 7)) + (5 if more else 0)
    said = [_filled(sentence, slots) for sentence in middles[:count]]
    text = _one(reactions, slots, rng)
    for number, sentence in enumerate(said):
        text += ("\n\n" if number % 3 == 1 and count > 2 else " ") + sentence
    if rng.random() < 0.75:
        text += ("\n\n" if count > 3 else " ") + _one(phrases().closings, slots, rng)
    return text


def _listed(slots: dict[str, str], rng: Random) -> str:
    items = rng.sample(phrases().list_items, rng.randint(3, 5))
    lines = [f"{number}. {_filled(item, slots)}" for number, item in enumerate(items, 1)]
    opener, closing = _one(phrases().list_openers, slots, rng), _one(phrases().closings, slots, rng)
    return "\n".join([opener, "", *lines, "", closing])


def _story(slots: dict[str, str], rng: Random, *, whole: bool) -> str:
    parts = [rng.sample(options, len(options)) for options in phrases().story]
    if not whole:
        parts = [parts[0], rng.choice(parts[1:-1]), parts[-1]]
    told = [options[:1] for options in parts]
    for chapter, options in zip(told[1:-1], parts[1:-1], strict=True):
        if whole and sum(len(text) for chapter in told for text in chapter) <= LONG + 300:
            chapter.append(options[1])
    return "\n\n".join(_filled(paragraph, slots) for chapter in told for paragraph in chapter)
