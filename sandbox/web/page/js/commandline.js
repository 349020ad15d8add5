// A command being filled in, in place of the text field: its name and one pill per option. Hides
// which option is at hand, what is offered for it, and when the application is asked for choices.

import { h } from "./dom.js";
import { askChoices, runCommand } from "./interactions.js";
import { Pill, Type, asItem, narrowed, offered } from "./options.js";
import { avatar } from "./pictures.js";
import { nameOf, on, state, tell } from "./store.js";
import { hideSuggestions, suggest, takeKey } from "./suggestions.js";

const QUIET = 200;
let active = null;

on("choices", ({ nonce, choices }) => active?.takeChoices(nonce, choices));

export class CommandLine {
  /** Fill in `line`; `rest` goes into its first required option, `left()` is called at the end. */
  constructor(line, rest, left) {
    active = this;
    Object.assign(this, { line, left, pills: [], asked: null });
    this.more = h("button.more-options", { type: "button", onclick: () => this.offerOptions() });
    const app = state.applications.get(line.command.application_id) ?? {};
    const face = app.bot ?? { id: app.id, username: app.name };
    this.node = h(
      "div.command-line",
      {},
      avatar(face, nameOf(face)),
      h("b.command-name", {}, `/${line.name}`),
      this.more,
    );
    this.node.addEventListener("keydown", (event) => this.key(event));
    line.options.filter((one) => one.required).forEach((one) => this.add(one));
    this.countMore();
    if (rest && this.pills[0]?.field.value !== undefined) this.pills[0].field.value = rest;
  }

  /** Go to the first field, with the cursor behind what is there. */
  enter() {
    const field = this.pills[0]?.field;
    if (!field) {
      this.node.tabIndex = -1;
      this.node.focus();
      return this.offerOptions();
    }
    field.focus();
    return field.setSelectionRange?.(field.value.length, field.value.length);
  }

  get remaining() {
    return this.line.options.filter(
      (one) => !this.pills.some((pill) => pill.spec.name === one.name),
    );
  }

  countMore() {
    const count = this.remaining.length;
    this.more.hidden = !count;
    this.more.textContent = `+${count} optional`;
  }

  add(spec) {
    const pill = new Pill(spec, {
      changed: (one) => this.offer(one),
      focused: (one) => this.offer(one),
      leave: (one) => this.drop(one),
    });
    this.pills.push(pill);
    this.more.before(pill.node);
    this.countMore();
    return pill;
  }

  drop(pill) {
    const at = this.pills.indexOf(pill);
    this.pills.splice(at, 1);
    pill.node.remove();
    this.countMore();
    hideSuggestions();
    if (this.pills.length) this.pills[Math.max(0, at - 1)].field.focus();
    else this.leave();
  }

  offerOptions() {
    const items = this.remaining.map((spec) => ({
      label: spec.name,
      detail: spec.description,
      spec,
    }));
    if (!items.length && this.pills.length) return hideSuggestions();
    const title = items.length ? "Options" : `/${this.line.name}`;
    return suggest(
      title,
      items,
      ({ spec }) => {
        hideSuggestions();
        this.add(spec).field.focus();
      },
      {
        preselect: false,
        note: items.length ? null : `${this.line.description} — press Enter to send`,
      },
    );
  }

  offer(pill) {
    const title = [h("b", {}, pill.spec.name), " ", pill.spec.description ?? ""];
    const known = offered(pill.spec);
    clearTimeout(this.timer);
    if (pill.spec.autocomplete) {
      suggest(title, [], null, { note: "Loading options…" });
      this.timer = setTimeout(() => this.ask(pill, title), QUIET);
    } else {
      const items = pill.picked ? [] : narrowed(known ?? [], pill.typed);
      suggest(title, items, (item) => this.picked(pill, item));
    }
  }

  ask(pill, title) {
    const options = this.pills
      .filter((one) => one === pill || (!one.isEmpty && !one.file && one.value !== undefined))
      .map((one) => ({
        ...this.body(one),
        ...(one === pill ? { value: one.typed, focused: true } : {}),
      }));
    this.asked = { pill, title, nonce: askChoices(this.line.command, this.line.path, options) };
  }

  takeChoices(nonce, choices) {
    if (nonce !== this.asked?.nonce || document.activeElement !== this.asked.pill.field) return;
    const { pill, title } = this.asked;
    const fits = choices.some((one) => one.name === pill.typed);
    suggest(title, choices.map(asItem), (item) => this.picked(pill, item), {
      preselect: !fits && !pill.picked,
      note: choices.length ? null : "No options match your search.",
    });
  }

  picked(pill, item) {
    pill.pick(item);
    hideSuggestions();
    const next = this.pills.find((one) => one.spec.required && one.isEmpty);
    if (next) next.field.focus();
  }

  key(event) {
    if (takeKey(event)) return event.stopPropagation();
    const pill = this.pills.find((one) => one.field === document.activeElement);
    if (event.key === "Enter" && !event.shiftKey && !event.target.matches("button"))
      return this.send(event);
    if (event.key === "Escape") return this.leave();
    if (event.key === "Backspace" && !pill?.typed && !pill?.file) return this.back(event, pill);
    if (event.key === "Tab" && !event.shiftKey && pill === this.pills.at(-1)) {
      event.preventDefault();
      return this.offerOptions();
    }
    return undefined;
  }

  back(event, pill) {
    event.preventDefault();
    if (!pill || pill.spec.required) this.leave(`/${this.line.name}`);
    else this.drop(pill);
  }

  leave(text = "") {
    active = null;
    clearTimeout(this.timer);
    hideSuggestions();
    this.left(text);
  }

  body(pill) {
    const { name, type } = pill.spec;
    return { name, type, value: pill.value };
  }

  async send(event) {
    event?.preventDefault();
    const wrong = this.pills.filter((pill) => !pill.check());
    if (wrong.length) {
      wrong[0].field.focus();
      return suggest([h("b", {}, wrong[0].spec.name), " ", wrong[0].spec.description], [], null, {
        note: wrong[0].isEmpty
          ? "This option is required. Specify a value."
          : "This is not a valid value.",
      });
    }
    const files = this.pills.filter((pill) => pill.file).map((pill) => pill.file);
    const options = this.pills
      .filter((pill) => !pill.isEmpty)
      .map((pill) =>
        pill.spec.type === Type.ATTACHMENT
          ? { ...this.body(pill), value: String(files.indexOf(pill.file)) }
          : this.body(pill),
      );
    this.leave();
    const problem = await runCommand(this.line.command, this.line.path, options, files);
    return problem ? tell("notice", `/${this.line.name}: ${problem}`) : undefined;
  }
}
