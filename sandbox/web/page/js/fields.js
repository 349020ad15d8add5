// The fields of a modal: one row per component type, each with what it shows and what it answers.
// Hides where values live until the modal is sent, and which answers are not enough.

import { fill, h, icon } from "./dom.js";
import { size } from "./format.js";
import { markdown } from "./markdown.js";
import { select } from "./selects.js";

const PARAGRAPH = 2;

/**
 * A field: `{node, focus, problem(), answer(files)}`. `answer` gets the list of files to append to
 * and gives the component as the interface wants it back; null for what only shows text.
 */
export function fieldOf(one) {
  return (rows[one.type] ?? unknown)(one);
}

const rows = {
  1: actionRow,
  4: (one) => ({ ...textInput(one), label: one.label, isRequired: one.required !== false }),
  3: selectField,
  5: selectField,
  6: selectField,
  7: selectField,
  8: selectField,
  10: (one) => ({
    node: h("div.text-display", {}, markdown(one.content)),
    problem: () => null,
    answer: () => null,
  }),
  18: labelled,
  19: fileField,
  21: (one) => choiceField(one, "radio", (values) => ({ value: values[0] ?? null })),
  22: (one) => choiceField(one, "checkbox", (values) => ({ values })),
  23: checkbox,
};

const unknown = (one) => ({
  node: h("div.unknown", {}, `A component of type ${one.type}, unknown to this page`),
  problem: () => null,
  answer: () => null,
});
const base = (one) => ({ type: one.type, id: one.id, custom_id: one.custom_id });
const REQUIRED = "This field is required.";

function actionRow(row) {
  const inner = row.components.map((one) => ({ one, field: fieldOf(one) }));
  const node = h(
    "div",
    {},
    inner.map(({ field }) => frame(field.label, null, field)),
  );
  return {
    node,
    focus: () => inner[0]?.field.focus?.(),
    problem: () => inner.map(({ field }) => field.problem()).find(Boolean) ?? null,
    answer: (files) => ({
      type: 1,
      id: row.id,
      components: inner.map(({ field }) => field.answer(files)),
    }),
  };
}

function labelled(one) {
  const inner = fieldOf(one.component);
  return {
    ...inner,
    node: frame(one.label, one.description, {
      ...inner,
      isRequired: one.component.required !== false,
    }),
    answer: (files) => ({ type: 18, id: one.id, component: inner.answer(files) }),
  };
}

/** A field under its label, with room for what is wrong with it. */
function frame(label, description, field) {
  return h(
    "div.field",
    {},
    label
      ? h("div.field-label", {}, label, field.isRequired ? h("span.required", {}, " *") : null)
      : null,
    description ? h("div.field-description", {}, description) : null,
    field.node,
  );
}

function textInput(one) {
  const isLong = one.style === PARAGRAPH;
  const input = h(isLong ? "textarea.input" : "input.input", {
    value: one.value ?? "",
    placeholder: one.placeholder ?? "",
    rows: isLong ? 4 : undefined,
    dataset: { customId: one.custom_id },
    spellcheck: false,
  });
  const most = one.max_length ?? 4000;
  const count = h("span.count", {});
  const paint = () => {
    count.textContent = isLong ? String(most - input.value.length) : "";
  };
  input.maxLength = most;
  input.addEventListener("input", paint);
  paint();
  return {
    node: h("div.text-input", {}, input, count),
    focus: () => input.focus(),
    problem: () => lengthProblem(one, input.value),
    answer: () => ({ ...base(one), value: input.value }),
  };
}

function lengthProblem(one, value) {
  if (!value.trim()) return one.required === false ? null : REQUIRED;
  return value.length < (one.min_length ?? 0)
    ? `Must be ${one.min_length} or more in length.`
    : null;
}

function selectField(one) {
  let values =
    one.default_values?.map((value) => value.id) ??
    (one.options ?? []).filter((option) => option.default).map((option) => option.value);
  const node = select(one, (chosen) => {
    values = chosen;
  });
  return {
    node,
    problem: () => (!values.length && one.required !== false ? REQUIRED : null),
    answer: () => ({ ...base(one), values }),
  };
}

function fileField(one) {
  let chosen = [];
  const many = (one.max_values ?? 1) > 1;
  const input = h("input", { type: "file", multiple: many, dataset: { customId: one.custom_id } });
  const list = h("div.upload-list");
  const node = h(
    "label.upload-field",
    {},
    icon("upload", 28),
    h("b", {}, many ? "Choose files" : "Choose a file"),
    list,
    input,
  );
  const take = (files) => {
    chosen = [...files].slice(0, one.max_values ?? 1);
    fill(
      list,
      chosen.map((file) => h("div", {}, file.name, h("small", {}, ` ${size(file.size)}`))),
    );
  };
  input.addEventListener("change", () => take(input.files));
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    take(event.dataTransfer.files);
  });
  return {
    node,
    problem: () =>
      chosen.length < (one.min_values ?? 1) && one.required !== false ? REQUIRED : null,
    answer: (files) => ({
      ...base(one),
      values: chosen.map((file) => String(files.push(file) - 1)),
    }),
  };
}

let groups = 0;

function choiceField(one, kind, shape) {
  const name = `choice-${groups++}`;
  const boxes = one.options.map((option) => ({
    option,
    box: h("input", { type: kind, name, checked: Boolean(option.default), value: option.value }),
  }));
  const values = () => boxes.filter(({ box }) => box.checked).map(({ option }) => option.value);
  const least = kind === "radio" ? 1 : (one.min_values ?? 1);
  return {
    node: h(
      "div.choices",
      {},
      boxes.map(({ option, box }) =>
        h(
          "label.choice",
          {},
          box,
          h(
            "span",
            {},
            option.label,
            option.description ? h("small", {}, option.description) : null,
          ),
        ),
      ),
    ),
    problem: () => (one.required !== false && values().length < least ? REQUIRED : null),
    answer: () => ({ ...base(one), ...shape(values()) }),
  };
}

function checkbox(one) {
  const box = h("input", {
    type: "checkbox",
    checked: Boolean(one.default),
    dataset: { customId: one.custom_id },
  });
  return { node: box, problem: () => null, answer: () => ({ ...base(one), value: box.checked }) };
}
