// Reactions: which ones are offered, adding and taking back one's own.

import { h } from "./dom.js";
import { put, remove } from "./rest.js";

/** Those that do something in a scene first, then the ones that people like. */
export const OFFERED = ["🔁", "⬅️", "➡️", "🗑️", "📷", "⏹️", "❤️", "👍", "😂", "🎉", "😮", "✨"];

const address = (message, { id, name }) =>
  `/channels/${message.channel_id}/messages/${message.id}/reactions/${encodeURIComponent(id ? `${name}:${id}` : name)}/@me`;

/** Add a reaction of one's own, or take it back if it `isMine`. */
export const toggleReaction = (message, emoji, isMine) =>
  (isMine ? remove : put)(address(message, emoji)).catch(() => {});

/** A small board of emoji; `picked(name)` gets the chosen one. */
export const picker = (picked, names = OFFERED) =>
  h(
    "div.picker",
    {},
    names.map((name) => h("button.pick", { title: name, onclick: () => picked(name) }, name)),
  );

/** React to a message, or take the same reaction back. */
export function react(message, name) {
  const mine = message.reactions?.find((one) => one.emoji.name === name)?.me;
  return toggleReaction(message, { id: null, name }, mine);
}
