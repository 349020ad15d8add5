// What can be done with a message or a person: the bar over a message and the menu of the right
// mouse button. Hides where a floating menu is placed and when it closes.

import { h, icon } from "./dom.js";
import { take } from "./dispatches.js";
import { startEditing } from "./editing.js";
import { runMenu } from "./interactions.js";
import { OFFERED, picker, react } from "./reactions.js";
import { post, remove } from "./rest.js";
import { Flag, go, messageOf, nameOf, state, tell } from "./store.js";

const USER_MENU = 2;
const MESSAGE_MENU = 3;
let floating = null;

/** Close whatever floats over the page. */
export function closeMenu() {
  floating?.remove();
  floating = null;
}

/** Show `node` at a point of the window, moved so that all of it is inside. */
export function float(node, x, y) {
  closeMenu();
  floating = node;
  node.classList.add("floating");
  document.body.append(node);
  const { width, height } = node.getBoundingClientRect();
  node.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  node.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
}

document.addEventListener(
  "pointerdown",
  (event) => {
    if (floating && !floating.contains(event.target)) closeMenu();
  },
  true,
);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeMenu();
});

const isMine = (message) => message.author.id === state.me?.id;
const isOwner = () => state.guild?.owner_id === state.me?.id;

/** The bar that appears over a message under the pointer. */
export function actionsBar(message) {
  if (message.flags & Flag.LOADING) return null;
  const bar = h("div.actions");
  const add = (name, title, act) =>
    bar.append(h("button", { title, onclick: act, dataset: { action: name } }, icon(name, 20)));
  if (!(message.flags & Flag.EPHEMERAL)) {
    add("smile", "Add reaction", (event) => openPicker(message, event));
    if (isMine(message)) add("edit", "Edit", () => startEditing(message));
    else add("reply", "Reply", () => reply(message));
  }
  add("more", "More", (event) => openMessageMenu(message, event.clientX - 180, event.clientY + 12));
  return bar;
}

function openPicker(message, event) {
  const pick = (name) => {
    closeMenu();
    react(message, name);
  };
  float(picker(pick), event.clientX - 220, event.clientY + 14);
}

function reply(message) {
  state.replying = message.id;
  tell("reply");
}

/** The menu of a message, at a point of the window. */
export function openMessageMenu(message, x, y) {
  const isPrivate = Boolean(message.flags & Flag.EPHEMERAL);
  float(
    h(
      "div.menu",
      { role: "menu" },
      isPrivate
        ? null
        : picker(
            (name) => {
              closeMenu();
              react(message, name);
            },
            OFFERED.slice(0, 7),
          ),
      isPrivate ? null : item("Reply", "reply", () => reply(message)),
      isMine(message) ? item("Edit Message", "edit", () => startEditing(message)) : null,
      apps(MESSAGE_MENU, message.id),
      h("hr"),
      message.content ? item("Copy Text", "copy", () => copy(message.content)) : null,
      item("Copy Message ID", "copy", () => copy(message.id)),
      mayDelete(message) ? item("Delete Message", "trash", () => erase(message), "danger") : null,
    ),
    x,
    y,
  );
}

const mayDelete = (message) => !(message.flags & Flag.EPHEMERAL) && (isMine(message) || isOwner());

function item(label, sign, act, cls = "") {
  const node = h(
    "button.menu-item",
    { class: cls, role: "menuitem" },
    h("span", {}, label),
    icon(sign, 18),
  );
  node.addEventListener("click", () => {
    closeMenu();
    act();
  });
  return node;
}

/** The commands of applications for a target, as a menu beside the menu. */
function apps(type, target) {
  const offered = state.commands.filter((one) => one.type === type);
  if (!offered.length) return null;
  const rows = offered.map((command) => {
    const face = state.applications.get(command.application_id)?.name ?? "";
    const node = h(
      "button.menu-item",
      { role: "menuitem", dataset: { command: command.name } },
      h("span", {}, command.name, h("small", {}, face)),
    );
    node.addEventListener("click", () => {
      closeMenu();
      run(command, target);
    });
    return node;
  });
  return h(
    "div.submenu-holder",
    {},
    h(
      "button.menu-item",
      { role: "menuitem", dataset: { submenu: "apps" } },
      h("span", {}, "Apps"),
      icon("right", 18),
    ),
    h("div.menu.submenu", {}, rows),
  );
}

async function run(command, target) {
  const problem = await runMenu(command, target);
  if (problem) tell("notice", `${command.name}: ${problem}`);
}

const copy = (text) => navigator.clipboard?.writeText(text).catch(() => {});

function erase(message) {
  remove(`/channels/${message.channel_id}/messages/${message.id}`).catch((error) =>
    tell("notice", error.message),
  );
}

/** The card of a person, at a point of the window. */
export function openPerson(user, x, y, face) {
  const member = state.members.get(user.id);
  const card = h(
    "div.person-card",
    {},
    h("div.banner"),
    face,
    h("h3", {}, nameOf(user)),
    h("p.muted", {}, user.username, user.bot ? " · app" : ""),
    member?.joined_at
      ? h("p.muted", {}, `Here since ${new Date(member.joined_at).toLocaleDateString()}`)
      : null,
    user.id === state.me.id
      ? null
      : h("button.button.secondary", { onclick: () => direct(user) }, icon("chat", 18), "Message"),
    apps(USER_MENU, user.id),
  );
  float(card, x, y);
}

async function direct(user) {
  closeMenu();
  const channel = await post("/users/@me/channels", { recipient_id: user.id });
  take("CHANNEL_CREATE", channel);
  go(channel.id);
}

/** Right clicks on messages open their menu. */
export function watchRightClicks(root) {
  root.addEventListener("contextmenu", (event) => {
    const node = event.target.closest("[data-message]");
    if (!node || event.target.closest("a, input, textarea")) return;
    const message = messageOf(node.dataset.channel, node.dataset.message);
    if (!message) return;
    event.preventDefault();
    openMessageMenu(message, event.clientX, event.clientY);
  });
}
