// A modal that an application opened: shows its fields, sends them, and says what is missing.

import { h, icon } from "./dom.js";
import { fieldOf } from "./fields.js";
import { submitModal } from "./interactions.js";
import { avatar } from "./pictures.js";
import { nameOf, on, state } from "./store.js";

on("modal", open);
let shown = null;

function close() {
  shown?.remove();
  shown = null;
}

function open(modal) {
  close();
  const fields = modal.components.map((one) => ({
    ...fieldOf(one),
    warning: h("div.field-problem"),
  }));
  const problem = h("div.modal-problem", { hidden: true }, icon("warn", 18), h("span"));
  const submit = h("button.button.primary", { type: "submit" }, "Submit");
  const form = h(
    "form.modal",
    { role: "dialog", noValidate: true },
    heading(modal),
    h(
      "div.modal-body",
      {},
      problem,
      fields.map((field) => h("div", {}, field.node, field.warning)),
      privacy(modal),
    ),
    h("footer", {}, h("button.button.plain", { type: "button", onclick: close }, "Cancel"), submit),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(modal, fields, { problem, submit });
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    event.stopPropagation();
  });
  shown = h("div.shade", {}, form);
  document.body.append(shown);
  (fields.find((field) => field.focus) ?? { focus: () => submit.focus() }).focus();
}

function heading(modal) {
  const user = faceOf(modal);
  return h(
    "header",
    {},
    avatar(user, nameOf(user)),
    h("h2", {}, modal.title),
    h("button.icon-button", { type: "button", title: "Close", onclick: close }, icon("close", 22)),
  );
}

function faceOf(modal) {
  const app = modal.application ?? state.applications.get(modal.application_id) ?? {};
  return (
    app.bot ?? state.users.get(app.id) ?? { id: app.id ?? "0", username: app.name ?? "Application" }
  );
}

const privacy = (modal) =>
  h(
    "p.modal-note",
    {},
    icon("warn", 18),
    `This form will be submitted to ${nameOf(faceOf(modal))}. Do not share passwords or other sensitive information.`,
  );

async function send(modal, fields, { problem, submit }) {
  const problems = fields.map((field) => field.problem());
  fields.forEach((field, index) => {
    field.warning.textContent = problems[index] ?? "";
  });
  if (problems.some(Boolean)) return;
  const files = [];
  const answers = fields.map((field) => field.answer(files)).filter(Boolean);
  const mine = shown;
  submit.disabled = true;
  problem.hidden = true;
  const failure = await submitModal(modal, answers, files);
  submit.disabled = false;
  // The answer may itself have opened another modal, which then stays.
  if (!failure) return void (shown === mine && close());
  problem.hidden = false;
  problem.querySelector("span").textContent = `Something went wrong: ${failure}`;
}
