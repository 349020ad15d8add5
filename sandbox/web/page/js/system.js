// Messages that nobody wrote: a thread began, somebody joined, a name changed.

import { h, icon } from "./dom.js";
import { messageTime } from "./format.js";
import { channelOf, faceOf, go, nameOf } from "./store.js";

const RENAMED = 4;
const PINNED = 6;
const JOINED = 7;
const THREAD_CREATED = 18;
export const STARTER = 21;

/** Whether a message is one of those that nobody wrote. */
export const isSystem = (message) => message.type in SYSTEM;

const SYSTEM = {
  [THREAD_CREATED]: (message) => [
    icon("thread"),
    person(message),
    " started a thread: ",
    threadLink(message),
    ".",
  ],
  [JOINED]: (message) => [icon("right"), person(message), " just arrived. Welcome!"],
  [PINNED]: (message) => [icon("check"), person(message), " pinned a message to this channel."],
  [RENAMED]: (message) => [
    icon("edit"),
    person(message),
    " changed the name: ",
    h("b", {}, message.content),
    ".",
  ],
  [STARTER]: () => [icon("thread"), "This thread was started from a message in its channel."],
};

const person = (message) => h("b", {}, nameOf(faceOf(message)));

function threadLink(message) {
  const id = message.message_reference?.channel_id ?? message.thread?.id;
  return h(
    "button.textual.strong",
    { onclick: () => go(id) },
    message.content || channelOf(id)?.name || "thread",
  );
}

/** The node of such a message. */
export const systemNode = (message) =>
  h(
    "li.message.system",
    { dataset: { message: message.id, channel: message.channel_id } },
    h("div.body", {}, SYSTEM[message.type](message), h("time", {}, messageTime(message.timestamp))),
  );
