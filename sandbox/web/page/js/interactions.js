// Commands, buttons, selects and modals as requests to the application behind them. Hides the
// bodies, and ties each answer of the gateway to what was pressed through its nonce.

import { nonce } from "./format.js";
import { post } from "./rest.js";
import { current, on, state, tell } from "./store.js";

const COMMAND = 2;
const COMPONENT = 3;
const AUTOCOMPLETE = 4;
const MODAL = 5;
const PATIENCE = 15000;
const waiting = new Map();

on("interaction", ({ nonce: mark, stage, id }) => {
  const entry = waiting.get(mark);
  if (!entry) return;
  if (stage === "taken") entry.id = id;
  else settle(mark, stage === "failed" ? "The application did not respond" : null);
});
on("modal", (modal) => settle(modal.nonce, null));

function settle(mark, problem) {
  const entry = waiting.get(mark);
  if (!entry) return;
  clearTimeout(entry.timer);
  waiting.delete(mark);
  entry.done(problem);
  tell("waiting");
}

/** What is still unanswered in a channel: `{label, application}` of each command. */
export const unanswered = (channelId) =>
  [...waiting.values()].filter((entry) => entry.channel === channelId && entry.label);

/**
 * Send one interaction; resolves with null, or with a sentence on what went wrong. `label` is
 * shown in the channel until the application has answered.
 */
function send(type, application, data, { files = [], label = null, extra = {} } = {}) {
  const mark = nonce();
  const body = {
    type,
    application_id: application,
    guild_id: current()?.guild_id,
    channel_id: state.current,
    session_id: state.session,
    nonce: mark,
    data,
    ...extra,
  };
  return new Promise((done) => {
    const timer = setTimeout(() => settle(mark, "The application did not respond"), PATIENCE);
    if (label) tell("sent");
    waiting.set(mark, { done, timer, label, application, channel: state.current });
    tell("waiting");
    post("/interactions", body, files).catch((error) => settle(mark, error.message));
  });
}

function commandBody(command, options, extra = {}) {
  return {
    version: command.version,
    id: command.id,
    name: command.name,
    type: command.type ?? 1,
    options,
    ...extra,
  };
}

/** Run a slash command; `files` are the files its attachment options name by index. */
export function runCommand(command, path, options, files = []) {
  const attachments = files.map((file, index) => ({ id: String(index), filename: file.name }));
  return send(
    COMMAND,
    command.application_id,
    commandBody(command, nest(path, options), { attachments }),
    { files, label: `/${[command.name, ...path.map((part) => part.name)].join(" ")}` },
  );
}

/** Run a message or user command on its target. */
export const runMenu = (command, target) =>
  send(COMMAND, command.application_id, commandBody(command, [], { target_id: target }), {
    label: command.name,
  });

/** Ask for choices; they come back as the "choices" topic with the nonce returned here. */
export function askChoices(command, path, options) {
  const mark = nonce();
  post("/interactions", {
    type: AUTOCOMPLETE,
    application_id: command.application_id,
    guild_id: current()?.guild_id,
    channel_id: state.current,
    session_id: state.session,
    nonce: mark,
    data: commandBody(command, nest(path, options)),
  }).catch(() => tell("choices", { nonce: mark, choices: [] }));
  return mark;
}

/** Options inside their subcommand and group, as the interface wants them. */
const nest = (path, options) =>
  path.reduceRight(
    (inside, part) => [{ type: part.type, name: part.name, options: inside }],
    options,
  );

/** Press a button or choose in a select menu. */
export function pressComponent(message, component, values) {
  const data = { component_type: component.type, custom_id: component.custom_id };
  if (values) Object.assign(data, { type: component.type, values });
  return send(COMPONENT, message.application_id ?? message.author.id, data, {
    extra: { message_id: message.id, message_flags: message.flags ?? 0 },
  });
}

/** Send a filled-in modal. */
export const submitModal = (modal, components, files) =>
  send(
    MODAL,
    modal.application?.id ?? modal.application_id,
    {
      id: modal.id,
      custom_id: modal.custom_id,
      components,
      attachments: files.map((file, index) => ({ id: String(index), filename: file.name })),
    },
    { files },
  );
