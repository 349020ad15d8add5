// The left side: the server, its channels and threads, and the person at the page with the switch
// to another one.

import { fill, h, icon } from "./dom.js";
import { initials } from "./format.js";
import { closeMenu, float } from "./menus.js";
import { avatar } from "./pictures.js";
import { channelTree, go, isThread, nameOf, on, signOf, state, threadsOf } from "./store.js";

const collapsed = new Set();
const rail = h("nav.rail", { ariaLabel: "Servers" });
const heading = h("header.server-name");
const list = h("div.channel-list");
const panel = h("div.user-panel");
let people = [];
let chosen = () => {};

/** Server rail and channel list. */
export const sidebar = h("aside.sidebar", {}, rail, h("div.channels", {}, heading, list, panel));

on("ready", paint);
on("channels", paintChannels);

/** Offer `all` people to be; `choose(person)` is called with the one taken. */
export function offerPeople(all, choose) {
  people = all;
  chosen = choose;
}

function paint() {
  fill(
    rail,
    mark(),
    h("hr"),
    h("button.server", { title: state.guild?.name ?? "" }, initials(state.guild?.name)),
  );
  fill(heading, h("b", {}, state.guild?.name ?? ""));
  paintChannels();
  paintPanel();
}

/** The project's own sign: a spark. */
function mark() {
  const spark = h("span.spark");
  return h("div.home", { title: "Vivant, on a local copy of the service" }, spark);
}

function paintChannels() {
  fill(
    list,
    channelTree().map(({ category, channels }) => [
      category ? categoryRow(category) : null,
      channels
        .filter((one) => !collapsed.has(category?.id) || one.id === state.current)
        .map(channelRows),
    ]),
  );
}

function categoryRow(category) {
  const toggle = () => {
    if (!collapsed.delete(category.id)) collapsed.add(category.id);
    paintChannels();
  };
  return h(
    "button.category",
    { onclick: toggle, class: collapsed.has(category.id) ? "closed" : "" },
    icon("down", 12),
    category.name,
  );
}

function channelRows(channel) {
  const threads = threadsOf(channel.id);
  return [
    row(channel, [
      icon(signOf(channel)),
      channel.nsfw ? h("span.adult", { title: "Age-restricted" }, "18+") : null,
    ]),
    threads.length
      ? h(
          "div.threads",
          {},
          threads.map((thread) => row(thread, [icon(signOf(thread), 16)])),
        )
      : null,
  ];
}

function row(channel, signs) {
  const unread = state.unread.get(channel.id);
  const classes = [
    channel.id === state.current ? "current" : "",
    unread === undefined ? "" : "unread",
    isThread(channel) ? "thread" : "",
  ].join(" ");
  return h(
    "button.channel",
    {
      class: classes,
      dataset: { channel: channel.id },
      onclick: () => {
        go(channel.id);
        document.body.classList.remove("nav-open");
      },
    },
    signs[0],
    h("span.channel-name", {}, channel.name),
    signs[1] ?? null,
    unread ? h("span.badge", {}, String(unread)) : null,
  );
}

function paintPanel() {
  if (!state.me) return;
  const name = nameOf(state.me);
  const swap = h(
    "button.switch",
    { title: "Be somebody else", onclick: openSwitch },
    icon("swap", 18),
  );
  fill(
    panel,
    avatar(state.me, name, { presence: true }),
    h("span.who", {}, h("b", {}, name), h("small", {}, noteOf(state.me))),
    swap,
  );
}

const noteOf = (user) => people.find((one) => one.id === user.id)?.note ?? "Online";

function openSwitch(event) {
  const box = event.currentTarget.closest(".user-panel").getBoundingClientRect();
  const rows = people.map((one) =>
    h(
      "button.menu-item.person",
      {
        dataset: { person: one.id },
        onclick: () => {
          closeMenu();
          chosen(one);
        },
      },
      avatar({ id: one.id }, one.name),
      h("span", {}, h("b", {}, one.name), h("small", {}, one.note)),
      one.id === state.me?.id ? icon("check", 18) : null,
    ),
  );
  float(
    h("div.menu.people", {}, h("div.menu-title", {}, "Look through the eyes of"), rows),
    box.left + 4,
    box.top - 60 - rows.length * 52,
  );
}
