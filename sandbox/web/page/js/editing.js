// Editing one's own message in place: Enter saves, Escape leaves it as it was.

import { h } from "./dom.js";
import { patch } from "./rest.js";
import { messageOf, messagesOf, state, tell } from "./store.js";

/** Open the editor in a message of one's own. */
export function startEditing(message) {
  const before = state.editing;
  state.editing = message.id;
  for (const id of [before, message.id]) repaint(message.channel_id, id);
  document.querySelector(".editor textarea")?.focus();
}

/** Open the newest message of one's own, as the up arrow does. */
export function editNewest() {
  const mine = messagesOf(state.current).filter(
    (one) => one.author.id === state.me?.id && one.content,
  );
  if (mine.length) startEditing(mine.at(-1));
}

function repaint(channel, id) {
  const message = id && messageOf(channel, id);
  if (message) tell("messages", { channel, changed: message });
}

function stop(message) {
  state.editing = null;
  repaint(message.channel_id, message.id);
  tell("focus");
}

async function save(message, text) {
  stop(message);
  if (!text || text === message.content) return;
  await patch(`/channels/${message.channel_id}/messages/${message.id}`, { content: text }).catch(
    (error) => tell("notice", error.message),
  );
}

/** The text field that stands in for the message while it is edited. */
export function editor(message) {
  const field = h("textarea", {
    value: message.content,
    rows: message.content.split("\n").length,
    maxLength: 2000,
  });
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") stop(message);
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    save(message, field.value.trim());
  });
  return h(
    "div.editor",
    {},
    field,
    h(
      "small",
      {},
      "escape to ",
      h("button.textual", { onclick: () => stop(message) }, "cancel"),
      " · enter to ",
      h("button.textual", { onclick: () => save(message, field.value.trim()) }, "save"),
    ),
  );
}
