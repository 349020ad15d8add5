// Where pictures of people and emoji live, and what stands in for those who have none.

import { h } from "./dom.js";
import { colourOf, initials } from "./format.js";
import { state } from "./store.js";

let cdn = "";

export const useCdn = (address) => {
  cdn = address;
};

export const emojiUrl = (id, animated) => `${cdn}/emojis/${id}.${animated ? "gif" : "webp"}`;

function avatarUrl(user) {
  if (!user?.avatar) return null;
  if (/^https?:/.test(user.avatar)) return user.avatar;
  return `${cdn}/avatars/${user.id}/${user.avatar}.png?size=128`;
}

/** A round picture of `user`; without one, or if it does not load, letters on a steady colour. */
export function avatar(user, name, { presence = false } = {}) {
  const face = h("span.face", { style: { background: colourOf(user?.id ?? "0") } }, initials(name));
  const url = avatarUrl(user);
  if (url)
    face.append(
      h("img", { src: url, alt: "", draggable: false, onerror: (event) => event.target.remove() }),
    );
  const node = h("span.avatar", { dataset: { user: user?.id ?? "" } }, face);
  if (presence) node.append(h("i.presence", { class: statusOf(user) }));
  return node;
}

/** "online", "idle", "dnd" or "offline" as the gateway told. */
export function statusOf(user) {
  if (user?.id === state.me?.id) return "online";
  return state.presences.get(user?.id) ?? "offline";
}

/** The mark beside the name of an application. */
export const botTag = () => h("span.bot-tag", {}, "APP");

/** An emoji as the interface tells it: a custom one by id, else the character itself. */
export function emoji(one, cls = "emoji") {
  if (!one) return null;
  if (one.id)
    return h(`img.${cls}`, {
      src: emojiUrl(one.id, one.animated),
      alt: `:${one.name}:`,
      draggable: false,
    });
  return h(`span.${cls}`, {}, one.name);
}
