"""All words that the screen of minors knows, in one lexicon."""

from functools import cache

from bot.screening import ages
from bot.screening.around import lexicon as around
from bot.screening.lexicon import Lexicon
from bot.screening.terms import everywhere, sections, spoken

DEPICTED = ("coded", "claim", "minor", "aged", "child", "kin", "picture")
"""The kinds that name a minor where a picture is made."""

_NAMED = (*DEPICTED, "young", "girl", "person", "school", "staff", "play")


@cache
def lexicon() -> Lexicon:
    """All that the screen of minors knows by word; romance and explicit terms included."""
    terms = {kind: everywhere(kind) for kind in _NAMED if kind not in {"claim", "aged"}}
    terms["claim"], terms["aged"] = spoken("claim"), ages.in_one_word()
    terms["hint"] = spoken("hint") + sections("romanized")["hint"]
    terms["exempt"], terms["talk"] = everywhere("exempt"), everywhere("talk")
    terms["romantic"] = sections("intimate")["romantic"]
    terms["sexual"] = sections("intimate")["sexual"] + sections("explicit")["explicit"]
    terms["adult"] = sections("adult")["adult"]
    return Lexicon(terms, joined=("coded", "minor", "picture"), besides=around())
