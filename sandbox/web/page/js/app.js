// Puts the page together: who is at it, which address it speaks to, what stands where.

import { chatView } from "./chat.js";
import { composer } from "./composer.js";
import { take } from "./dispatches.js";
import { fill, h, icon } from "./dom.js";
import { Gateway } from "./gateway.js";
import { hint, showHints } from "./hint.js";
import { refreshMoments } from "./inline.js";
import { members } from "./members.js";
import { watchRightClicks } from "./menus.js";
import "./modal.js";
import { useCdn } from "./pictures.js";
import { signIn } from "./rest.js";
import { offerPeople, sidebar } from "./sidebar.js";
import {
  channelOf,
  channelTree,
  current,
  go,
  isAgeRestricted,
  isThread,
  nameOf,
  on,
  reset,
  signOf,
  state,
  tell,
  typists,
} from "./store.js";

const header = h("header.top");
const typing = h("div.typing");
const notices = h("div.notices", { role: "status" });
const gate = h("div.gate", { hidden: true });
const reconnecting = h("div.reconnecting", { hidden: true }, h("i.spinner"), "Reconnecting…");
const talk = h("div.talk", {}, chatView, composer, typing);
const main = h(
  "main",
  {},
  header,
  reconnecting,
  hint,
  h("div.middle", {}, h("div.column", {}, gate, talk), members),
);

let gateway = null;
let page = null;

/** Fetch what the page is about, then sign in as the person last used in this tab. */
async function start() {
  page = await (await fetch("page.json")).json();
  useCdn(page.cdn);
  document.body.append(sidebar, main, notices);
  offerPeople(page.people, become);
  watchRightClicks(chatView);
  showHints(page.hints);
  setInterval(() => {
    refreshMoments();
    paintTyping();
  }, 1000);
  const [who] = fromAddress();
  become(page.people.find((one) => one.name === who) ?? page.people[0]);
}

/** "#/name/channel" keeps person and channel across a reload, and lets two tabs differ. */
const fromAddress = () => decodeURIComponent(location.hash).split("/").slice(1);

function become(person) {
  gateway?.close();
  const stay = state.current ?? fromAddress()[1];
  reset();
  signIn(page.api, person.token);
  gateway = new Gateway(page.gateway, person.token, take, (up) => {
    reconnecting.hidden = up;
    state.connected = up;
    document.body.classList.toggle("connected", up);
  });
  state.wanted = stay;
}

on("ready", () => {
  if (!state.guild) return;
  if (!state.current)
    go(channelOf(state.wanted) ? state.wanted : channelTree()[0]?.channels[0]?.id);
  document.title = `${state.guild.name} · Vivant`;
});
on("lost-channel", () => go(channelTree()[0]?.channels[0]?.id));
on("current", () => {
  paintHeader();
  paintGate();
  paintTyping();
  remember();
});
on("channel", paintHeader);
on("typing", paintTyping);
on("notice", notice);

function remember() {
  const person = page.people.find((one) => one.id === state.me?.id);
  history.replaceState(null, "", `#/${encodeURIComponent(person?.name ?? "")}/${state.current}`);
}

function paintHeader() {
  const channel = current();
  if (!channel) return;
  const parent = isThread(channel) ? channelOf(channel.parent_id) : null;
  fill(
    header,
    h(
      "button.icon-button.nav-toggle",
      { title: "Channels", onclick: () => document.body.classList.toggle("nav-open") },
      icon("menu", 22),
    ),
    parent
      ? [
          h("button.parent", { onclick: () => go(parent.id) }, icon("hash", 22), parent.name),
          icon("right", 16),
        ]
      : null,
    icon(signOf(channel), 24),
    h("h1", {}, channel.name),
    isAgeRestricted(channel) ? h("span.adult", { title: "Age-restricted" }, "18+") : null,
    channel.topic ? h("span.topic", {}, channel.topic) : null,
    h("span.fill"),
    h(
      "button.icon-button",
      { title: "Member list", onclick: () => document.body.classList.toggle("no-members") },
      icon("users", 24),
    ),
  );
}

/** An age-restricted channel asks once per person before it shows anything. */
function paintGate() {
  const key = `adult:${state.me?.id}`;
  const closed = isAgeRestricted(current()) && !sessionStorage.getItem(key);
  gate.hidden = !closed;
  talk.hidden = closed;
  const enter = () => {
    sessionStorage.setItem(key, "yes");
    paintGate();
    tell("focus");
  };
  if (closed) {
    fill(
      gate,
      h("div.gate-sign", {}, "18+"),
      h("h2", {}, "Age-Restricted Channel"),
      h(
        "p",
        {},
        "You must be at least eighteen years old to view this channel. Are you over eighteen and willing to see adult content?",
      ),
      h(
        "div.gate-buttons",
        {},
        h(
          "button.button.secondary",
          { onclick: () => go(channelTree()[0].channels[0].id) },
          "Nope",
        ),
        h("button.button.danger", { onclick: enter }, "I am over 18"),
      ),
    );
  }
}

function paintTyping() {
  const names = typists(state.current).map((id) => nameOf(state.users.get(id)));
  const dots = h("span.dots", {}, h("i"), h("i"), h("i"));
  const text =
    names.length > 3
      ? [h("b", {}, "Several people"), " are typing…"]
      : [
          names.flatMap((name, at) => [
            at ? (at === names.length - 1 ? " and " : ", ") : "",
            h("b", {}, name),
          ]),
          names.length > 1 ? " are typing…" : " is typing…",
        ];
  const shown = names.join();
  if (typing.dataset.shown === shown) return;
  typing.dataset.shown = shown;
  fill(typing, names.length ? [dots, h("span", {}, text)] : null);
}

function notice(text) {
  const node = h(
    "div.notice",
    {},
    icon("warn", 18),
    h("span", {}, text),
    h("button.icon-button", { title: "Dismiss", onclick: () => node.remove() }, icon("close", 16)),
  );
  notices.append(node);
  setTimeout(() => node.remove(), 9000);
}

start();
