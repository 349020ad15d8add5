// One line for somebody who sees the page for the first time: what to try, ready to be pressed.

import { typeText } from "./composer.js";
import { fill, h, icon } from "./dom.js";
import { go, state } from "./store.js";

const SEEN = "hint";

export const hint = h("div.hint", { hidden: true });

/** Show `hints` (`{text, channel}`), unless they were waved away before. */
export function showHints(hints) {
  if (localStorage.getItem(SEEN) || !hints.length) return;
  hint.hidden = false;
  fill(
    hint,
    h("span.spark"),
    h("span", {}, "New here? Try", hints.map(offer)),
    h("button.icon-button", { title: "Dismiss", onclick: dismiss }, icon("close", 18)),
  );
}

const offer = ({ text, channel }, at) => [
  at ? " or " : " ",
  h("button.try", { onclick: () => tryOut(text, channel) }, text),
  ` in #${channel}`,
];

function dismiss() {
  hint.hidden = true;
  localStorage.setItem(SEEN, "yes");
}

function tryOut(text, name) {
  const channel = [...state.channels.values()].find((one) => one.name === name);
  if (channel && channel.id !== state.current) go(channel.id);
  typeText(text);
}
