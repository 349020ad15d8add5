// The list over the composer from which something is picked: commands, options, choices, people.
// Hides the keys that walk through it; there is one such list on the page.

import { fill, h } from "./dom.js";

export const suggestions = h("div.suggestions", { hidden: true, role: "listbox" });
let shown = { items: [], at: 0, pick: null };

/**
 * Show `items` (`{label, detail, face, aside}`) under `title`; `pick(item)` gets the chosen one.
 * With `preselect` Enter takes the first; without, only after an arrow key.
 */
export function suggest(title, items, pick, { preselect = true, note = null } = {}) {
  shown = { items, at: preselect ? 0 : -1, pick };
  fill(
    suggestions,
    h("div.suggestions-title", {}, title),
    note ? h("div.suggestions-note", {}, note) : null,
    items.length ? h("div.suggestions-list", {}, items.map(row)) : null,
  );
  suggestions.hidden = false;
  mark();
}

export function hideSuggestions() {
  suggestions.hidden = true;
  shown = { items: [], at: -1, pick: null };
}

function row(item, index) {
  const node = h(
    "button.suggestion",
    { type: "button", role: "option", dataset: { label: item.label } },
    item.face?.(),
    h(
      "span.suggestion-text",
      {},
      h("b", {}, item.label, item.extra?.()),
      item.detail ? h("small", {}, item.detail) : null,
    ),
    item.aside ? h("span.suggestion-aside", {}, item.aside) : null,
  );
  // Pressing must not take the focus from the field that is being filled.
  node.addEventListener("pointerdown", (event) => event.preventDefault());
  node.addEventListener("click", () => shown.pick(shown.items[index]));
  node.addEventListener("pointermove", () => {
    shown.at = index;
    mark();
  });
  return node;
}

function mark() {
  const rows = suggestions.querySelectorAll(".suggestion");
  rows.forEach((node, index) => node.classList.toggle("active", index === shown.at));
  rows[shown.at]?.scrollIntoView({ block: "nearest" });
}

/** Let the list take a key; true if it did. */
export function takeKey(event) {
  if (suggestions.hidden) return false;
  if (event.key === "Escape") hideSuggestions();
  else if (!shown.items.length) return false;
  else if (event.key === "ArrowDown") walk(1);
  else if (event.key === "ArrowUp") walk(-1);
  else if (["Enter", "Tab"].includes(event.key) && shown.at >= 0 && !event.shiftKey)
    shown.pick(shown.items[shown.at]);
  else return false;
  event.preventDefault();
  return true;
}

function walk(by) {
  const count = shown.items.length;
  shown.at = (Math.max(shown.at, by > 0 ? -1 : 0) + by + count) % count;
  mark();
}
