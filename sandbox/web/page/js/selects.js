// Select menus, in messages and in modals: of given options, or of people, roles and channels.
// Hides the menu that opens, and when a choice counts as made.

import { fill, h, icon } from "./dom.js";
import { avatar, emoji } from "./pictures.js";
import { nameOf, state } from "./store.js";

const USER = 5;
const ROLE = 6;
const MENTIONABLE = 7;
const CHANNEL = 8;

const people = () =>
  [...state.members.values()].map(({ user }) => ({
    value: user.id,
    label: nameOf(user),
    face: () => avatar(user, nameOf(user)),
    description: user.username,
  }));
const roles = () =>
  [...state.roles.values()]
    .filter((role) => role.id !== state.guild?.id)
    .map((role) => ({ value: role.id, label: `@${role.name}` }));
const channels = (kinds) =>
  [...state.channels.values()]
    .filter((one) => !kinds?.length || kinds.includes(one.type))
    .map((one) => ({ value: one.id, label: `# ${one.name}` }));

/** What may be chosen in a select component. */
function optionsOf(one) {
  if (one.type === USER) return people();
  if (one.type === ROLE) return roles();
  if (one.type === MENTIONABLE) return [...people(), ...roles()];
  if (one.type === CHANNEL) return channels(one.channel_types);
  return one.options ?? [];
}

function startingValues(one) {
  if (one.default_values) return one.default_values.map((value) => value.id);
  return (one.options ?? []).filter((option) => option.default).map((option) => option.value);
}

/** A select menu; `chosen(values)` is called when it closes with a choice that may be sent. */
export function select(one, chosen) {
  const most = one.max_values ?? 1,
    least = one.min_values ?? 1;
  const options = optionsOf(one);
  let values = startingValues(one);
  const face = h("button.select-face", { type: "button", disabled: Boolean(one.disabled) });
  const menu = h("div.select-menu", { hidden: true, role: "listbox" });
  const node = h("div.select", { dataset: { customId: one.custom_id ?? "" } }, face, menu);
  const paint = () => {
    fill(face, label(options, values, one.placeholder), icon("down", 20));
    fill(menu, options.map(row));
  };
  const close = () => {
    menu.hidden = true;
    document.removeEventListener("pointerdown", outside, true);
  };
  const outside = (event) => {
    if (!node.contains(event.target)) {
      close();
      if (most > 1) done();
    }
  };
  const done = () => {
    if (values.length >= least && values.length <= most) chosen([...values]);
  };
  const pick = (value) => {
    values = toggled(values, value, most);
    paint();
    if (most === 1) {
      close();
      done();
    }
  };
  const row = (option) =>
    optionRow(option, values.includes(option.value), most > 1, () => pick(option.value));
  face.addEventListener("click", () => {
    menu.hidden = !menu.hidden;
    if (menu.hidden) return close();
    document.addEventListener("pointerdown", outside, true);
    return turn(node, menu);
  });
  paint();
  return node;
}

/** Open upwards where there is no room below. */
function turn(node, menu) {
  const below = window.innerHeight - node.getBoundingClientRect().bottom;
  node.classList.toggle("upwards", below < Math.min(menu.scrollHeight, 260) + 16);
}

function toggled(values, value, most) {
  if (most === 1) return [value];
  if (values.includes(value)) return values.filter((one) => one !== value);
  return values.length < most ? [...values, value] : values;
}

function label(options, values, placeholder) {
  const chosen = options.filter((option) => values.includes(option.value));
  if (!chosen.length) return h("span.placeholder", {}, placeholder ?? "Make a selection");
  return h(
    "span.chosen",
    {},
    chosen.map((option) => h("span", {}, emoji(option.emoji), option.label)),
  );
}

function optionRow(option, isChosen, many, pick) {
  const row = h(
    "button.select-option",
    {
      type: "button",
      role: "option",
      class: isChosen ? "chosen" : "",
      dataset: { value: option.value },
    },
    option.face?.(),
    emoji(option.emoji),
    h(
      "span.select-text",
      {},
      h("b", {}, option.label),
      option.description ? h("small", {}, option.description) : null,
    ),
    many || isChosen ? h("span.tick", {}, isChosen ? icon("check", 16) : null) : null,
  );
  row.addEventListener("click", pick);
  return row;
}
