// The running conversation of the current channel. Hides which message nodes exist, that a changed
// message keeps its pictures and videos, and when the view follows the newest message.

import { fill, h, icon } from "./dom.js";
import { dayName, sameDay } from "./format.js";
import { unanswered } from "./interactions.js";
import { continues, isEphemeral, messageNode, thinking } from "./message.js";
import { get } from "./rest.js";
import {
  channelOf,
  current,
  isThread,
  Kind,
  messagesOf,
  on,
  place,
  signOf,
  state,
  tell,
} from "./store.js";

const PAGE = 50;
const NEAR = 120;

const list = h("ol.messages");
const waiting = h("div.waiting");
const toPresent = h(
  "button.to-present",
  { hidden: true },
  "You're viewing older messages ",
  h("b", {}, "Jump to present"),
);
const scroller = h("div.scroller", {}, list, waiting);
let follows = true;

/** The view itself. */
export const chatView = h("div.chat", {}, scroller, toPresent);

toPresent.addEventListener("click", () => settle(true));
scroller.addEventListener("scroll", () => {
  follows = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
  toPresent.hidden = follows;
  if (scroller.scrollTop < NEAR) older();
});
new ResizeObserver(() => settle()).observe(list);
new ResizeObserver(() => settle()).observe(scroller);

function settle(force = false) {
  if (force) follows = true;
  if (follows) scroller.scrollTop = scroller.scrollHeight;
}

on("current", open);
on("waiting", paintWaiting);
on("sent", () => settle(true));
on("messages", (change) => {
  if (change.channel !== state.current) return;
  if (change.added) add(change.added);
  if (change.changed) replace(change.changed);
  if (change.removed) drop(change.removed);
});

async function open() {
  follows = true;
  paint();
  const channel = state.current;
  if (channel && !state.loaded.has(channel)) {
    await fetchPage(channel, "");
    if (channel !== state.current) return;
    paint();
  }
  if (state.target) point(state.target);
}

/** Bring one message into view and let it glow. */
function point(id) {
  const node = nodeOf(id);
  if (!node) return;
  follows = false;
  node.scrollIntoView({ block: "center" });
  node.classList.add("pointed");
  setTimeout(() => node.classList.remove("pointed"), 2000);
}

const complete = new Set();
let fetching = false;

async function fetchPage(channel, before) {
  fetching = true;
  try {
    const page = await get(`/channels/${channel}/messages?limit=${PAGE}${before}`);
    // Ephemeral messages come over the gateway only: reloading forgets them.
    page.filter((message) => !isEphemeral(message)).forEach(place);
    if (page.length < PAGE) complete.add(`${state.me.id}/${channel}`);
    state.loaded.add(channel);
  } catch (error) {
    tell("notice", error.message);
  } finally {
    fetching = false;
  }
}

async function older() {
  const channel = state.current;
  const first = messagesOf(channel)[0];
  if (!first || fetching || complete.has(`${state.me.id}/${channel}`)) return;
  const height = scroller.scrollHeight;
  await fetchPage(channel, `&before=${first.id}`);
  if (channel !== state.current) return;
  paint();
  scroller.scrollTop += scroller.scrollHeight - height;
}

function paint() {
  const messages = messagesOf(state.current);
  const all = messages.flatMap((message, index) => nodesOf(message, messages[index - 1]));
  fill(list, complete.has(`${state.me?.id}/${state.current}`) ? beginning(current()) : null, all);
  paintWaiting();
  settle();
}

function nodesOf(message, before) {
  const day = before && sameDay(before.timestamp, message.timestamp) ? [] : [divider(message)];
  return [...day, messageNode(message, !day.length && continues(message, before))];
}

const divider = (message) =>
  h("li.day", { role: "separator" }, h("span", {}, dayName(message.timestamp)));

function beginning(channel) {
  if (!channel) return null;
  const thread = isThread(channel);
  return h(
    "li.beginning",
    {},
    h("div.beginning-icon", {}, icon(signOf(channel), 42)),
    h(
      "h1",
      {},
      thread
        ? channel.name
        : channel.type === Kind.DIRECT
          ? channel.name
          : `Welcome to #${channel.name}!`,
    ),
    h(
      "p",
      {},
      thread
        ? `A thread in #${channelOf(channel.parent_id)?.name ?? ""}.`
        : channel.topic || "This is where it begins.",
    ),
  );
}

function add(message) {
  const messages = messagesOf(state.current);
  if (messages.at(-1) !== message) return paint();
  list.append(...nodesOf(message, messages.at(-2)));
  return settle();
}

const nodeOf = (id) => list.querySelector(`:scope > [data-message="${id}"]`);

function replace(message) {
  const old = nodeOf(message.id);
  if (!old) return;
  const fresh = messageNode(message, old.classList.contains("grouped"));
  keepMedia(old, fresh);
  old.replaceWith(fresh);
  settle();
}

/** Pictures and videos that stay keep their nodes, so that nothing flickers or starts anew. */
function keepMedia(old, fresh) {
  for (const node of fresh.querySelectorAll("[data-keep]")) {
    const same = [...old.querySelectorAll("[data-keep]")].find(
      (one) => one.dataset.keep === node.dataset.keep && one.className === node.className,
    );
    if (same) node.replaceWith(same);
  }
}

function drop(id) {
  const messages = messagesOf(state.current);
  const node = nodeOf(id);
  const next = node?.nextElementSibling?.dataset.message;
  node?.remove();
  const after = messages.findIndex((one) => one.id === next);
  if (after >= 0)
    nodeOf(next).replaceWith(
      messageNode(messages[after], continues(messages[after], messages[after - 1])),
    );
}

function paintWaiting() {
  fill(
    waiting,
    unanswered(state.current).map(({ label, application }) => {
      const face = state.applications.get(application);
      return h(
        "div.sending",
        {},
        h("b", {}, label),
        thinking({ id: application, username: face?.name ?? "The application" }),
      );
    }),
  );
  settle();
}
