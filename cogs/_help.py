"""What can be done here and now, by whoever asks: each line stands only where the policy allows it.

Nothing is asked for, so nothing is noted: the questions are those that the commands would ask.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from discord import ui

from bot.errors import Denied
from bot.languages import said
from bot.operations import commands as table_commands
from bot.policy import Ask, Manage, Refused, Send, Thing, Verb, decide
from bot.provenance import starting_body
from cogs._gate import Facts
from cogs._present import layout
from cogs._words import words


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and the operation that has to be allowed for it; else seeing one's own has."""

    text: str
    operation: str = ""


WRITING = (
    Line("`/prompt improve` makes a longer prompt of a short one.", "generate_prompt"),
    Line("`/prompt describe` puts a picture into words.", "generate_vision_prompt"),
    Line("`/prompt video-script` writes what happens in a video.", "generate_video_prompt"),
    Line("`/prompt character` writes a prompt for a person.", "generate_character_builder_prompt"),
    Line("`/prompt update` brings a prompt in line with changes.", "generate_update_prompt"),
)
CHOOSING = (
    Line("`/wardrobe clothes` shows what can be worn.", "list_public_clothes"),
    Line("`/wardrobe poses` shows how people can stand and sit.", "list_poses"),
    Line("`/wardrobe styles` shows what a picture can lean on.", "list_loras_by_type"),
    Line("`/profile list` shows the trained profiles.", "list_profiles"),
)
OWN = (
    Line("`/queue` shows what is under way, `/gallery` leafs through what you made."),
    Line("`/show` posts a result of yours again, `/account` tells your limits."),
    Line("The menus of a message (Apps) edit, animate, enlarge or describe what it shows."),
)
CHARACTERS = (
    Line(
        "`/character create`, `import` or `from-picture` makes a character; `list`, `show`, "
        "`edit`, `share`, `export` and `delete` are for those you have.",
        "create_chat_character",
    ),
    Line(
        "`/persona create`, `edit`, `list`, `default`, `delete`: who you are in scenes.",
        "create_chat_persona",
    ),
)


def help_card(facts: Facts) -> ui.LayoutView:
    """Everything that is open to somebody in a place, by what it is for."""
    groups = {
        said("Pictures and videos"): [*_studio(facts)],
        said("Words for them"): [*_open(facts, WRITING)],
        said("To choose from"): [*_open(facts, CHOOSING)],
        said("What you have"): [*_open(facts, OWN)],
        said("Characters and scenes"): [*_open(facts, CHARACTERS), *_scenes(facts)],
        said("You and this bot"): [*_governing(facts)],
    }
    cards: list[ui.Item[Any]] = [
        ui.TextDisplay("\n".join([f"**{title}**", *(f"- {line}" for line in lines)]))
        for title, lines in groups.items()
        if lines
    ]
    return layout(ui.TextDisplay(f"### {said('What you can do here')}"), *cards)


def _studio(facts: Facts) -> list[str]:
    """The commands of the table that may be used here, each with what it does."""
    rules = facts.bot.settings.rules
    found: dict[str, str] = {}
    for path, rows in table_commands().items():
        for row in rows:
            body = starting_body(row, facts.place, facts.person, rules)
            if facts.allows(Send(row.name, body)):
                found.setdefault(path, said(row.summary))
    return [f"`/{path}`: {summary}" for path, summary in found.items()]


def _open(facts: Facts, lines: tuple[Line, ...]) -> Iterator[str]:
    for line in lines:
        seeing = Manage(Verb.SEE, Thing(facts.person.person_id))
        ask: Ask = Send(line.operation) if line.operation else seeing
        if facts.allows(ask):
            yield said(line.text)


def _scenes(facts: Facts) -> Iterator[str]:
    """What the policy would say of a scene here, or why it would say no."""
    ask = Send("create_chat_with_custom_first_message", unfiltered=False)
    verdict = decide(ask, facts.place, facts.person, facts.bot.settings.rules)
    if isinstance(verdict, Refused):
        yield said("Scenes: {why}", why=words(Denied(verdict.reason)))
        return
    told = [said("`/chat start` opens a scene with a character in a thread.")]
    if verdict.filtered:
        told.append(said("Explicit sentences are left out."))
    yield " ".join(told)
    yield said("`/chat resume` goes on with one of your chats.")
    yield said(
        "In a scene: `/chat photo`, `history`, `export`, `persona`, `pause`, `reset`, `end`; and "
        "the menu Rewind to here."
    )


def _governing(facts: Facts) -> Iterator[str]:
    yield said(
        "`/privacy` shows and deletes what I hold on you, and confirms that you are an adult."
    )
    person, guild_id = facts.person.person_id, facts.place.guild_id
    if facts.allows(Manage(Verb.REPORT, Thing(person, guild_id))):
        yield said("The menu Report, or 🚩 below a result, tells the moderators of it.")
    if facts.allows(Manage(Verb.CONFIGURE, Thing(None, guild_id))):
        yield said("`/settings` switches features on and off in this server.")
