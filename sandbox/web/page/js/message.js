// One message as it is shown. Hides what stands above, beside and under its text: the reply or
// command line, author, time, marks, reactions, its thread, and the note under an ephemeral one.

import { h, icon } from "./dom.js";
import { clockTime, fullTime, hex, messageTime } from "./format.js";
import { components, problems } from "./components.js";
import { dropMessages } from "./dispatches.js";
import { editor } from "./editing.js";
import { embeds } from "./embeds.js";
import { markdown } from "./markdown.js";
import { attachments } from "./media.js";
import { actionsBar } from "./menus.js";
import { avatar, botTag, emoji } from "./pictures.js";
import { toggleReaction } from "./reactions.js";
import { STARTER, isSystem, systemNode } from "./system.js";
import {
  Flag,
  channelOf,
  faceOf,
  go,
  isMasked,
  messageOf,
  nameColour,
  nameOf,
  state,
} from "./store.js";

const REPLY = 19;
const MENU = 23;
const GROUPED_FOR = 7 * 60 * 1000;

export const isEphemeral = (message) => Boolean(message.flags & Flag.EPHEMERAL);
const isLoading = (message) => Boolean(message.flags & Flag.LOADING);
const isV2 = (message) => Boolean(message.flags & Flag.COMPONENTS_V2);

/** Whether `message` is shown under the same head as the one before it. */
export function continues(message, before) {
  if (!before || isSystem(before)) return false;
  if (message.type !== 0 || invocation(message) || message.message_reference) return false;
  const sameFace =
    before.author.id === message.author.id && before.author.username === message.author.username;
  return (
    sameFace &&
    isEphemeral(before) === isEphemeral(message) &&
    new Date(message.timestamp) - new Date(before.timestamp) < GROUPED_FOR
  );
}

/** The whole node of one message; `grouped` leaves out its head. */
export function messageNode(message, grouped) {
  if (message.type === STARTER && message.referenced_message) {
    return messageNode(message.referenced_message, false);
  }
  if (isSystem(message)) return systemNode(message);
  const own =
    message.mentions?.some((user) => user.id === state.me?.id) || message.mention_everyone;
  const classes = [
    grouped ? "grouped" : "headed",
    isEphemeral(message) ? "ephemeral" : "",
    own ? "mentioned" : "",
  ].join(" ");
  const name = nameOf(faceOf(message));
  return h(
    "li.message",
    { class: classes, dataset: { message: message.id, channel: message.channel_id } },
    grouped ? null : above(message),
    h(
      "div.gutter",
      {},
      grouped ? h("time", {}, clockTime(message.timestamp)) : avatar(faceOf(message), name),
    ),
    h("div.body", {}, grouped ? null : head(message, name), content(message), below(message)),
    state.editing === message.id ? null : actionsBar(message),
  );
}

function above(message) {
  const used = invocation(message);
  if (used) return used;
  return message.type === REPLY || message.message_reference?.type === 0
    ? replyLine(message)
    : null;
}

function invocation(message) {
  const { interaction: old, interaction_metadata: meta } = message;
  const name = old?.name ?? meta?.name,
    user = old?.user ?? meta?.user;
  if (!name || !user || (meta?.type ?? old?.type) !== 2) return null;
  const shown = message.type === MENU ? name : `/${name}`;
  return h(
    "div.above",
    {},
    h("span.spine"),
    avatar(user, nameOf(user)),
    h("b", {}, nameOf(user)),
    h("span", {}, " used "),
    h("span.command", {}, shown),
  );
}

function replyLine(message) {
  const to =
    message.referenced_message ??
    messageOf(message.channel_id, message.message_reference?.message_id);
  if (!to) return h("div.above", {}, h("span.spine"), h("i", {}, "Original message was deleted"));
  const user = faceOf(to);
  const jump = () => go(message.channel_id, to.id);
  return h(
    "div.above",
    {},
    h("span.spine"),
    avatar(user, nameOf(user)),
    h("b", {}, nameOf(user)),
    h(
      "button.quoted",
      { onclick: jump },
      to.content ? markdown(to.content.split("\n")[0]) : h("i", {}, "Click to see attachment"),
    ),
  );
}

function head(message, name) {
  const colour = hex(nameColour(message.author));
  return h(
    "header",
    {},
    h(
      "span.name",
      { style: colour ? { color: colour } : {}, dataset: { user: message.author.id } },
      name,
    ),
    message.author.bot || isMasked(message) ? botTag() : null,
    h("time", { title: fullTime(message.timestamp) }, messageTime(message.timestamp)),
  );
}

function content(message) {
  if (state.editing === message.id) return editor(message);
  if (isLoading(message)) return thinking(message.author);
  if (isV2(message)) return h("div.components.v2", {}, components(message));
  const edited = message.edited_timestamp
    ? h("span.edited", { title: fullTime(message.edited_timestamp) }, " (edited)")
    : null;
  return [
    message.content || edited
      ? h(
          "div.content",
          {},
          markdown(message.content, { jumbo: true }),
          message.content ? edited : null,
        )
      : null,
    attachments(message.attachments),
    message.flags & Flag.SUPPRESS_EMBEDS ? null : embeds(message.embeds),
    message.components?.length ? h("div.components", {}, components(message)) : null,
  ];
}

/** What stands there until a deferred answer comes. */
export const thinking = (user) =>
  h("div.thinking", {}, h("span.dots", {}, h("i"), h("i"), h("i")), `${nameOf(user)} is thinking…`);

function below(message) {
  return [
    h("div.problem", {}, problems.get(message.id) ?? ""),
    message.reactions?.length
      ? h(
          "div.reactions",
          {},
          message.reactions.map((one) => reaction(message, one)),
        )
      : null,
    thread(message),
    isEphemeral(message) ? onlyYou(message) : null,
  ];
}

function reaction(message, one) {
  return h(
    "button.reaction",
    {
      class: one.me ? "mine" : "",
      title: one.emoji.name,
      onclick: () => toggleReaction(message, one.emoji, one.me),
    },
    emoji(one.emoji),
    h("span", {}, String(one.count)),
  );
}

function thread(message) {
  const known = channelOf(message.thread?.id ?? message.id) ?? message.thread;
  if (!known || message.id === state.current || known.id === message.channel_id) return null;
  return h(
    "button.thread-chip",
    { onclick: () => go(known.id) },
    icon("thread", 18),
    h("b", {}, known.name),
    h("span", {}, known.message_count ? `${known.message_count} messages ›` : "See thread ›"),
  );
}

function onlyYou(message) {
  const dismiss = () => dropMessages(message.channel_id, [message.id]);
  return h(
    "div.only-you",
    {},
    icon("eye", 16),
    "Only you can see this · ",
    h("button.textual", { onclick: dismiss }, "Dismiss message"),
  );
}
