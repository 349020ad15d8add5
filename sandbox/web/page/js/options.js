// One option of a command while it is filled in. Hides the kinds of options: how each is offered,
// and how what was typed becomes the value that is sent.

import { h, icon } from "./dom.js";
import { avatar } from "./pictures.js";
import { isThread, nameOf, state } from "./store.js";

export const Type = {
  STRING: 3,
  INTEGER: 4,
  BOOLEAN: 5,
  USER: 6,
  CHANNEL: 7,
  ROLE: 8,
  MENTIONABLE: 9,
  NUMBER: 10,
  ATTACHMENT: 11,
};

const people = () =>
  [...state.members.values()].map(({ user }) => ({
    label: nameOf(user),
    detail: user.username,
    value: user.id,
    face: () => avatar(user, nameOf(user)),
  }));
const roles = () =>
  [...state.roles.values()].map((role) => ({
    label: `@${role.name.replace(/^@/, "")}`,
    value: role.id,
  }));
const channels = (spec) =>
  [...state.channels.values()]
    .filter((one) => !spec.channel_types?.length || spec.channel_types.includes(one.type))
    .map((one) => ({
      label: one.name,
      value: one.id,
      face: () => icon(isThread(one) ? "thread" : "hash", 18),
    }));

const OFFERS = {
  [Type.BOOLEAN]: () => [
    { label: "True", value: true },
    { label: "False", value: false },
  ],
  [Type.USER]: people,
  [Type.ROLE]: roles,
  [Type.MENTIONABLE]: () => [...people(), ...roles()],
  [Type.CHANNEL]: channels,
};

/** What can be picked for `spec` without asking the application; null if anything may be typed. */
export function offered(spec) {
  if (spec.choices?.length) return spec.choices.map(asItem);
  return OFFERS[spec.type]?.(spec) ?? null;
}

export const asItem = (choice) => ({ label: choice.name, value: choice.value });

/** Items whose label holds what was typed. */
export const narrowed = (items, text) =>
  items.filter((item) => item.label.toLowerCase().includes(text.trim().toLowerCase())).slice(0, 25);

/** A pill: the option's name and a field. `changed(pill)` on typing, `focused(pill)` on entry. */
export class Pill {
  constructor(spec, { changed, focused, leave }) {
    this.spec = spec;
    this.picked = null;
    this.file = null;
    this.field = spec.type === Type.ATTACHMENT ? this.upload() : this.text();
    this.node = h(
      "span.pill",
      { dataset: { option: spec.name } },
      h("label", {}, spec.name),
      this.field,
      spec.required
        ? null
        : h(
            "button.pill-close",
            { type: "button", tabIndex: -1, title: "Remove", onclick: () => leave(this) },
            icon("close", 12),
          ),
    );
    this.changed = changed;
    this.field.addEventListener("focus", () => focused(this));
  }

  text() {
    const field = h("textarea.pill-field", {
      rows: 1,
      spellcheck: false,
      maxLength: this.spec.max_length ?? 6000,
      ariaLabel: this.spec.name,
    });
    field.addEventListener("input", () => {
      this.picked = null;
      this.node.classList.remove("invalid");
      this.changed(this);
    });
    return field;
  }

  upload() {
    const input = h("input", { type: "file", hidden: true });
    const face = h(
      "button.pill-field.upload",
      { type: "button" },
      icon("upload", 16),
      h("span", {}, "Choose a file"),
      input,
    );
    face.addEventListener("click", (event) => {
      if (event.target !== input) input.click();
    });
    input.addEventListener("change", () => this.take(input.files[0]));
    return face;
  }

  take(file) {
    if (!file) return;
    this.file = file;
    this.field.querySelector("span").textContent = file.name;
    this.node.classList.remove("invalid");
  }

  get typed() {
    return this.file ? this.file.name : (this.field.value ?? "");
  }

  pick(item) {
    this.picked = item;
    this.field.value = item.label;
    this.node.classList.remove("invalid");
  }

  /** Whether what is there can be sent; marks the pill if not. */
  check() {
    const fits = this.isEmpty ? !this.spec.required : this.value !== undefined;
    this.node.classList.toggle("invalid", !fits);
    return fits;
  }

  get isEmpty() {
    return !this.file && !this.typed.trim();
  }

  /** The value to send, or undefined if what was typed is none. */
  get value() {
    if (this.picked) return this.picked.value;
    const offers = offered(this.spec);
    const wanted = this.typed.trim().toLowerCase();
    if (offers) return offers.find((item) => item.label.toLowerCase() === wanted)?.value;
    if (![Type.INTEGER, Type.NUMBER].includes(this.spec.type)) return this.typed.trim();
    const number = Number(this.typed);
    return Number.isFinite(number) && (this.spec.type === Type.NUMBER || Number.isInteger(number))
      ? number
      : undefined;
  }
}
