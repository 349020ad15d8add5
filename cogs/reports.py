"""Reports: people tell moderators of a result, and moderators act on it from the log channel.

A report names what was made, where, by which operation, and why it was reported; it never
repeats a prompt or shows a picture. A server without a log channel has its reports sent to the
operators.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal, cast

import discord
from discord import app_commands, ui

from bot.app import Vivant
from bot.errors import NotFound
from bot.languages import said
from bot.policy import Verb
from bot.store.records import Complaint
from cogs._answers import Click, defer, tell
from cogs._buttons import Pressed, answers, form, text_field
from cogs._forms import FormCog
from cogs._gate import Facts
from cogs._languages import aloud
from cogs._present import button, layout, plain

log = logging.getLogger(__name__)

REASON_LIMIT = 300
JOB_ID = re.compile(r"job:\w+:(\w+)")
THANKS = "Thank you. This server's moderators will look at it."
THANKS_AFAR = "Thank you. The bot's operator will look at it."
DONE = {
    "takedown": "Taken down by {person}",
    "block": "Blocked by {person}",
    "unblock": "Unblocked by {person}",
}
Kind = Literal["job", "reply"]


class ReportButton(Pressed, template=r"report:ask:(?P<kind>job|reply):(?P<about>\w+)"):
    """Asks for the reason of a report."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Open the form."""
        await _ask(interaction, cast("Kind", found["kind"]), found["about"])


class VerdictButton(Pressed, template=r"report:(?P<action>takedown|block|unblock):(?P<id>\d+-\d+)"):
    """A button of a report's card; the record says what it is about and in which server."""

    async def press(self, interaction: Click, found: Mapping[str, str]) -> None:
        """Do it, if whoever pressed moderates there, and say on the card who did."""
        complaint = await interaction.client.moderation.report(found["id"])
        facts = await Facts.of_interaction(interaction)
        await facts.may_manage(Verb.MODERATE, complaint.owner_id, complaint.guild_id)
        await defer(interaction)
        bot, action, everywhere = interaction.client, found["action"], not interaction.guild_id
        if action == "takedown":
            await bot.moderation.take_down(complaint)
        else:
            await _block(bot, complaint, blocked=action == "block", everywhere=everywhere)
        await facts.note(action, complaint.operation, complaint.owner_id)
        async with aloud(bot, interaction.guild_id):
            done = said(DONE[action], person=interaction.user.mention)
        view = await _card(bot, complaint, f"-# {done}", everywhere=everywhere)
        await interaction.edit_original_response(view=view)


async def report(interaction: Click, message: discord.Message) -> None:
    """The message menu: finds out what the message shows, and asks for the reason."""
    bot = interaction.client
    if await bot.store.replies.of_shown(message.id):
        await _ask(interaction, "reply", str(message.id))
        return
    if bot.user and message.author.id == bot.user.id:
        for custom_id in _custom_ids(message.components):
            if found := JOB_ID.fullmatch(custom_id):
                await _ask(interaction, "job", found[1])
                return
    raise NotFound("reportable")


async def _ask(interaction: Click, kind: Kind, about: str) -> None:
    """Show the form, to whoever may report this."""
    await _complaint(interaction, kind, about, "")
    await interaction.response.send_modal(
        form(
            "Report",
            f"report:form:{kind}:{about}",
            text_field("What is wrong with it?", "reason", REASON_LIMIT, long=True),
        )
    )


async def _file(interaction: Click, found: Mapping[str, str]) -> None:
    """Store a report, bring it to those who can act, and thank."""
    reason = answers(interaction).get("reason", "")
    complaint = await _complaint(interaction, cast("Kind", found["kind"]), found["about"], reason)
    await defer(interaction, ephemeral=True, thinking=True)
    bot = interaction.client
    known = await bot.store.reports.get(complaint.report_id)
    await bot.store.reports.save(complaint)
    facts = await Facts.of_interaction(interaction)
    await facts.note("report", complaint.operation, complaint.owner_id)
    is_told = known is not None or await _tell_moderators(bot, complaint)
    if not is_told:
        await _tell_operators(bot, complaint)
    await tell(interaction, said(THANKS if is_told else THANKS_AFAR))


async def _complaint(interaction: Click, kind: Kind, about: str, reason: str) -> Complaint:
    """The report of a result, if whoever asks may report it.

    Raises:
        NotFound: Nothing is known of it (any more).
        Denied: It belongs to another server, or whoever asks is blocked.
    """
    store = interaction.client.store
    if kind == "job":
        job = await store.jobs.get(about)
        if job is None:
            raise NotFound("reportable")
        owner_id, guild_id, operation = job.owner_id, job.guild_id, job.operation
        channel_id, message_id = job.anchor.channel_id, job.anchor.message_id
    else:
        reply = await store.replies.of_shown(int(about)) if about.isdecimal() else None
        if reply is None:
            raise NotFound("reportable")
        owner_id, guild_id, operation = reply.asker_id, reply.guild_id, "send_chat_message"
        channel_id, message_id = reply.channel_id, int(about)
    facts = await Facts.of_interaction(interaction)
    await facts.may_manage(Verb.REPORT, owner_id, guild_id)
    return Complaint(
        report_id=f"{message_id or 0}-{interaction.user.id}",
        reporter_id=interaction.user.id,
        owner_id=owner_id,
        guild_id=guild_id,
        channel_id=channel_id,
        message_id=message_id,
        kind=kind,
        about=about,
        operation=operation,
        reason=reason,
    )


async def _tell_moderators(bot: Vivant, complaint: Complaint) -> bool:
    """Whether the report stands in the server's log channel now."""
    if complaint.guild_id is None:
        return False
    server = await bot.store.servers.get(complaint.guild_id)
    if server.log_channel is None:
        return False
    place = bot.get_partial_messageable(server.log_channel, guild_id=complaint.guild_id)
    return await _send(bot, place, complaint, everywhere=False)


async def _tell_operators(bot: Vivant, complaint: Complaint) -> None:
    for operator_id in bot.settings.rules.operator_ids:
        try:
            place = await bot.create_dm(discord.Object(operator_id))
        except discord.HTTPException as error:
            log.warning("could not reach an operator: %s", error)
        else:
            await _send(bot, place, complaint, everywhere=True)
    log.warning("a report without a log channel: %s", complaint.report_id)


async def _send(
    bot: Vivant, place: discord.abc.Messageable, complaint: Complaint, *, everywhere: bool
) -> bool:
    bot.lanes.spend()
    try:
        await place.send(view=await _card(bot, complaint, everywhere=everywhere))
    except discord.HTTPException as error:
        log.warning("could not deliver a report: %s", error)
        return False
    return True


async def _card(
    bot: Vivant, complaint: Complaint, done: str = "", *, everywhere: bool
) -> ui.LayoutView:
    """What those who can act are told, and what they can do, ``everywhere`` or in one server."""
    blocked = await _is_blocked(bot, complaint, everywhere=everywhere)
    async with aloud(bot, None if everywhere else complaint.guild_id):
        return _worded(complaint, done, blocked=blocked)


def _worded(complaint: Complaint, done: str, *, blocked: bool) -> ui.LayoutView:
    where = f"{complaint.guild_id or '@me'}/{complaint.channel_id}/{complaint.message_id}"
    lines = [
        f"### {said('Report')}",
        f"**{said('Where:')}** https://discord.com/channels/{where}",
        f"**{said('What:')}** {complaint.operation.replace('_', ' ')}",
        f"**{said('Made for:')}** <@{complaint.owner_id}>",
        f"**{said('Reported by:')}** <@{complaint.reporter_id}>",
        f"**{said('Reason:')}** {plain(complaint.reason, REASON_LIMIT)}",
    ]
    action = "unblock" if blocked else "block"
    label = said("Unblock person" if blocked else "Block person")
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(
        button("Take down", f"report:takedown:{complaint.report_id}", emoji="🗑️"),
        button(label, f"report:{action}:{complaint.report_id}", emoji="🚫"),
    )
    texts: list[ui.Item[Any]] = [ui.TextDisplay("\n".join(lines))]
    return layout(*texts, *([ui.TextDisplay(done)] if done else []), row)


async def _is_blocked(bot: Vivant, complaint: Complaint, *, everywhere: bool) -> bool:
    if everywhere or complaint.guild_id is None:
        return (await bot.store.people.get(complaint.owner_id)).blocked
    return complaint.owner_id in (await bot.store.servers.get(complaint.guild_id)).blocked


async def _block(bot: Vivant, complaint: Complaint, *, blocked: bool, everywhere: bool) -> None:
    """Block somebody, or no longer: by an operator everywhere, by moderators in their server."""
    owner_id = complaint.owner_id
    if everywhere or complaint.guild_id is None:
        async with bot.store.person(owner_id) as person:
            person.blocked = blocked
        return
    async with bot.store.server(complaint.guild_id) as server:
        others = [each for each in server.blocked if each != owner_id]
        server.blocked = [*others, owner_id] if blocked else others


def _custom_ids(components: list[Any]) -> Iterator[str]:
    for each in components:
        yield from _custom_ids(getattr(each, "children", []))
        if custom_id := getattr(each, "custom_id", None):
            yield str(custom_id)


class Reports(FormCog):
    """Takes reports in and brings them to those who can act."""

    forms: ClassVar = {r"report:form:(?P<kind>job|reply):(?P<about>\w+)": _file}

    def __init__(self, bot: Vivant) -> None:
        bot.tree.add_command(app_commands.ContextMenu(name="Report", callback=report))


async def setup(bot: Vivant) -> None:
    """Called by the library when the cog is loaded."""
    bot.add_dynamic_items(ReportButton, VerdictButton)
    await bot.add_cog(Reports(bot))
