// Marks inside a line of message text: a table of patterns, tried in order at every place. Hides
// mentions, emoji and times behind nodes that look up names in the store.

import { h, safeUrl } from "./dom.js";
import { fullTime, hex, markTime } from "./format.js";
import { channelOf, go, isThread, nameOf, state, tell } from "./store.js";
import { emojiUrl } from "./pictures.js";

const LINK = /^https?:\/\/[^\s<]+[^<.,:;"'\])\s]/;

const MARKS = [
  [/^\\([^\p{L}\p{N}\s])/u, (m) => m[1]],
  [/^(`+)([\s\S]*?[^`])\1(?!`)/, (m) => h("code.inline", {}, m[2].trim() || m[2])],
  [/^\|\|([\s\S]+?)\|\|/, (m) => spoiler(inline(m[1]))],
  [/^\*\*\*([\s\S]+?)\*\*\*(?!\*)/, (m) => h("strong", {}, h("em", {}, inline(m[1])))],
  [/^\*\*([\s\S]+?)\*\*(?!\*)/, (m) => h("strong", {}, inline(m[1]))],
  [/^__([\s\S]+?)__(?!_)/, (m) => h("u", {}, inline(m[1]))],
  [/^\*(?=\S)((?:\*\*|[^*])+?)\*(?!\*)/, (m) => h("em", {}, inline(m[1]))],
  [/^_(?=\S)((?:__|\\_|[^_])+?)_(?![\p{L}\p{N}_])/u, (m) => h("em", {}, inline(m[1]))],
  [/^~~([\s\S]+?)~~/, (m) => h("s", {}, inline(m[1]))],
  [/^<@!?(\d+)>/, (m) => person(m[1])],
  [/^<@&(\d+)>/, (m) => role(m[1])],
  [/^<#(\d+)>/, (m) => channel(m[1])],
  [/^<\/([^:>]{1,100}):(\d+)>/, (m) => command(m[1])],
  [/^<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>/, (m) => moment(Number(m[1]), m[2] ?? "f")],
  [/^<(a?):(\w{2,32}):(\d+)>/, (m) => customEmoji(m[2], m[3], m[1] === "a")],
  [/^@(everyone|here)\b/, (m) => h("span.mention", {}, m[0])],
  [/^\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?(?:\s+"[^"]*")?\)/, (m) => link(m[2], inline(m[1]))],
  [/^<(https?:\/\/[^\s>]+)>/, (m) => link(m[1], m[1])],
  [LINK, (m) => link(m[0], m[0])],
];

// The first character of every mark; anything else is plain text and is taken in one run.
const PLAIN = /^(?:[^\\`|*_~<@[h]+|[\s\S])/;

/** The nodes of one run of text. */
export function inline(text) {
  const nodes = [];
  let rest = text;
  let before = "";
  while (rest) {
    const [length, node] = next(rest, before);
    before = rest[length - 1];
    rest = rest.slice(length);
    if (typeof node === "string" && typeof nodes.at(-1) === "string")
      nodes.push(nodes.pop() + node);
    else nodes.push(node);
  }
  return nodes.flatMap((node) => (typeof node === "string" ? broken(node) : [node]));
}

function next(rest, before) {
  const isInsideWord = /[\p{L}\p{N}]/u.test(before);
  for (const [pattern, make] of MARKS) {
    if (isInsideWord && (rest[0] === "_" || pattern === LINK)) continue;
    const match = pattern.exec(rest);
    if (match) return [match[0].length, make(match)];
  }
  const plain = PLAIN.exec(rest)[0];
  return [plain.length, plain];
}

const broken = (text) =>
  text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));

function spoiler(content) {
  const node = h(
    "span.spoiler",
    { role: "button", tabIndex: 0, title: "Spoiler" },
    h("span", {}, content),
  );
  node.addEventListener(
    "click",
    (event) => {
      if (node.classList.contains("shown")) return;
      event.preventDefault();
      node.classList.add("shown");
    },
    true,
  );
  return node;
}

function person(id) {
  const user = state.users.get(id);
  return h("span.mention", { dataset: { user: id } }, user ? `@${nameOf(user)}` : "@unknown-user");
}

function role(id) {
  const known = state.roles.get(id);
  const colour = hex(known?.color);
  return h(
    "span.mention",
    { style: colour ? { color: colour } : {} },
    `@${known?.name ?? "deleted-role"}`,
  );
}

function channel(id) {
  const known = channelOf(id);
  const sign = isThread(known) ? "💬 " : "#";
  return h(
    "a.mention",
    {
      href: "#",
      onclick: (event) => {
        event.preventDefault();
        go(id);
      },
    },
    `${sign}${known?.name ?? "unknown"}`,
  );
}

const command = (name) =>
  h(
    "a.mention.command",
    {
      href: "#",
      onclick: (event) => {
        event.preventDefault();
        tell("type-command", `/${name} `);
      },
    },
    `/${name}`,
  );

function moment(seconds, style) {
  const node = h("time.moment", { title: fullTime(seconds * 1000) }, markTime(seconds, style));
  if (style === "R") Object.assign(node.dataset, { relative: seconds });
  return node;
}

/** Say relative times anew; called every second. */
export function refreshMoments() {
  for (const node of document.querySelectorAll("time[data-relative]")) {
    const words = markTime(Number(node.dataset.relative), "R");
    if (node.textContent !== words) node.textContent = words;
  }
}

export const customEmoji = (name, id, animated) =>
  h("img.emoji", {
    src: emojiUrl(id, animated),
    alt: `:${name}:`,
    title: `:${name}:`,
    draggable: false,
  });

const INSIDE = /^https:\/\/discord(?:app)?\.com\/channels\/(?:\d+|@me)\/(\d+)(?:\/(\d+))?$/;

/** The channel and message that an address points at inside this world, or null. */
export function inside(address) {
  const match = INSIDE.exec(address ?? "");
  return match && channelOf(match[1]) ? { channel: match[1], message: match[2] ?? null } : null;
}

function pointer({ channel: id, message }) {
  const follow = (event) => {
    event.preventDefault();
    go(id, message);
  };
  return h(
    "a.mention",
    { href: "#", onclick: follow },
    `#${channelOf(id).name}${message ? " › message" : ""}`,
  );
}

function link(address, label) {
  const here = inside(address);
  if (here)
    return label === address
      ? pointer(here)
      : h(
          "a.link",
          {
            href: "#",
            onclick: (event) => {
              event.preventDefault();
              go(here.channel, here.message);
            },
          },
          label,
        );
  const url = safeUrl(address);
  return url
    ? h("a.link", { href: url, target: "_blank", rel: "noopener noreferrer" }, label)
    : h("span", {}, label);
}

const EMOJI =
  /^(?:\s|<a?:\w+:\d+>|\p{Extended_Pictographic}|[\u{1F1E6}-\u{1F1FF}\u{1F3FB}-\u{1F3FF}\uFE0F\u200D\u20E3])+$/u;

/** Whether a text is nothing but a few emoji, which are then shown large. */
export const isOnlyEmoji = (text) => Boolean(text?.trim()) && text.length < 60 && EMOJI.test(text);
