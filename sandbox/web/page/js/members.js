// The right side: who is here, by presence, applications marked.

import { fill, h } from "./dom.js";
import { hex } from "./format.js";
import { openPerson } from "./menus.js";
import { avatar, botTag, statusOf } from "./pictures.js";
import { nameColour, nameOf, on, state } from "./store.js";

export const members = h("aside.members", { ariaLabel: "Members" });

on("ready", paint);
on("members", paint);

function paint() {
  const everyone = [...state.members.values()]
    .map(({ user }) => state.users.get(user.id) ?? user)
    .sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  const here = everyone.filter((user) => statusOf(user) !== "offline");
  const away = everyone.filter((user) => statusOf(user) === "offline");
  fill(members, group("Online", here), group("Offline", away));
}

function group(title, users) {
  if (!users.length) return null;
  return h("section", {}, h("h2", {}, `${title} — ${users.length}`), users.map(row));
}

function row(user) {
  const name = nameOf(user),
    colour = hex(nameColour(user));
  return h(
    "button.member",
    {
      class: statusOf(user) === "offline" ? "away" : "",
      onclick: (event) =>
        openPerson(
          user,
          event.clientX - 320,
          event.clientY,
          avatar(user, name, { presence: true }),
        ),
    },
    avatar(user, name, { presence: true }),
    h(
      "span.member-name",
      {},
      h("span", { style: colour ? { color: colour } : {} }, name),
      user.bot ? botTag() : null,
      state.guild?.owner_id === user.id ? h("span.owner", { title: "Server owner" }, "♛") : null,
    ),
  );
}
