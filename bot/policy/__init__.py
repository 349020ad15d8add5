"""Whether something is allowed: facts in, verdict out. Nothing else in the project decides.

    decide(ask, place, person, rules) -> Allowed | Refused

An ask is one of three:

    Send      send this body to this operation of the AI API (generations, helpers, chat)
    Show      show this medium or text here (asked again at every delivery)
    Manage    see, use, edit, stop, repeat or remove something that belongs to somebody

The facts are gathered by the caller; what is unknown stays ``None`` and counts on the strict side.
Six rules are asked in order, strongest first, and the first that refuses gives the reason:

    1. minors       every text is screened; an uploaded picture must have been described first
    2. uploads      what may show a real person goes only where ``Clean`` says, and stays clean;
                    templates, poses, clothes and profiles of others only from the operator's list
    3. explicit     only with the operator's switch, in an age-restricted channel, for a confirmed
                    adult; everywhere else an operation must fit its row's ``Clean``
    4. chats        scenes run in age-restricted channels or where moderators allowed them
    5. people       blocked people, features switched off, words the operator refuses
    6. ownership    only the owner's own and shared things; moderators stop and remove

``Allowed.overrides`` must be laid over the body before it is sent; ``mode`` is the result's rating
and ``origin`` its provenance. ``OPERATIONS`` is "What may be used in clean mode" of the design
as a table: an operation, or a field, that is not in it is refused.
``allowed_values`` answers the same question for the options of a command.
"""

from bot.policy.facts import (
    Allowed,
    Ask,
    Asker,
    Manage,
    OperatorRules,
    Place,
    Reason,
    Refused,
    Send,
    Show,
    Shown,
    Source,
    Thing,
    Verb,
    Verdict,
)
from bot.policy.rules import allowed_values, decide
from bot.policy.table import OPERATIONS, Part

__all__ = [
    "OPERATIONS",
    "Allowed",
    "Ask",
    "Asker",
    "Manage",
    "OperatorRules",
    "Part",
    "Place",
    "Reason",
    "Refused",
    "Send",
    "Show",
    "Shown",
    "Source",
    "Thing",
    "Verb",
    "Verdict",
    "allowed_values",
    "decide",
]
