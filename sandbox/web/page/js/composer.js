// Where people write: text, files, replies, mentions, and the way into commands. Hides what a key
// means at which moment.

import { fill, h, icon } from "./dom.js";
import { CommandLine } from "./commandline.js";
import { completed, matching, refreshCommands } from "./commands.js";
import { editNewest } from "./editing.js";
import { nonce } from "./format.js";
import { mentioned, offerPeople } from "./mentioning.js";
import { avatar } from "./pictures.js";
import { post } from "./rest.js";
import { current, faceOf, isThread, Kind, messageOf, nameOf, on, state, tell } from "./store.js";
import { hideSuggestions, suggest, suggestions, takeKey } from "./suggestions.js";
import { holdFiles, releaseFiles, tray } from "./tray.js";

const LONGEST = 2000;
const TYPING_EVERY = 8000;

const field = h("textarea.write", { rows: 1, spellcheck: false });
const chooser = h("input", { type: "file", multiple: true, hidden: true });
const attach = h("button.attach", { title: "Upload files" }, icon("plus", 22));
const counter = h("span.counter");
const replyBar = h("div.reply-bar", { hidden: true });
const line = h("div.line", {}, attach, field, counter, chooser);
let command = null;
let typedAt = 0;

/** The whole foot of a conversation. */
export const composer = h("div.composer", {}, suggestions, replyBar, h("div.box", {}, tray, line));

attach.addEventListener("click", () => chooser.click());
chooser.addEventListener("change", () => {
  holdFiles(chooser.files);
  chooser.value = "";
});
field.addEventListener("input", changed);
field.addEventListener("keydown", key);
field.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) holdFiles(event.clipboardData.files);
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  holdFiles(event.dataTransfer.files);
});
on("reply", paintReply);
on("focus", () => {
  grow();
  field.focus();
});
on("current", () => {
  command?.leave();
  releaseFiles();
  paintReply();
  fit();
});
on("channel", fit);
on("type-command", typeText);

/** Put `text` into the field as if it had been typed. */
export function typeText(text) {
  command?.leave();
  field.value = text;
  field.focus();
  changed();
}

function fit() {
  const channel = current();
  const mark = isThread(channel) ? "" : channel?.type === Kind.DIRECT ? "@" : "#";
  field.placeholder = channel ? `Message ${mark}${channel.name}` : "";
  field.disabled = Boolean(channel?.thread_metadata?.locked);
}

/** Be as high as the text, which cannot be measured while the field is hidden. */
function grow() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 300)}px`;
}

function changed() {
  grow();
  const left = LONGEST - field.value.length;
  counter.textContent = left < 200 ? String(left) : "";
  counter.classList.toggle("over", left < 0);
  if (isCommand()) lookUpCommands();
  else offerPeople(field);
  announceTyping();
}

const isCommand = () => field.value.startsWith("/") && !field.value.includes("\n");

/** Offer what is known at once, and anew once the application's latest commands are here. */
async function lookUpCommands() {
  const fresh = refreshCommands();
  offerCommands(field.value.slice(1));
  await fresh;
  if (isCommand()) offerCommands(field.value.slice(1));
}

function announceTyping() {
  if (!field.value || field.value.startsWith("/") || Date.now() - typedAt < TYPING_EVERY) return;
  typedAt = Date.now();
  post(`/channels/${state.current}/typing`).catch(() => {});
}

function offerCommands(text) {
  const whole = completed(text);
  if (whole) return startCommand(whole.line, whole.rest);
  const items = matching(text).map((one) => ({
    label: `/${one.name}`,
    detail: one.description,
    one,
    ...lookOf(one),
  }));
  if (!items.length) return hideSuggestions();
  return suggest(text ? "Commands matching what you typed" : "Commands", items, ({ one }) =>
    startCommand(one, ""),
  );
}

function lookOf({ command: { application_id: id }, options }) {
  const app = state.applications.get(id) ?? {};
  const user = app.bot ?? { id, username: app.name };
  return {
    face: () => avatar(user, nameOf(user)),
    extra: () =>
      options.filter((one) => one.required).map((one) => h("span.option-name", {}, one.name)),
    aside: app.name,
  };
}

function startCommand(chosen, rest) {
  field.value = "";
  command = new CommandLine(chosen, rest, endCommand);
  line.classList.add("commanding");
  line.append(command.node);
  command.enter();
}

function endCommand(text) {
  command.node.remove();
  command = null;
  line.classList.remove("commanding");
  field.value = text;
  field.focus();
  field.style.height = "auto";
}

function key(event) {
  if (takeKey(event)) return;
  if (event.key === "Escape" && state.replying) {
    state.replying = null;
    paintReply();
  }
  if (event.key === "ArrowUp" && !field.value) {
    event.preventDefault();
    editNewest();
  }
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  sendTyped();
}

/** Somebody may press Enter before the commands have come: what they typed is still a command. */
async function sendTyped() {
  if (isCommand()) {
    await refreshCommands();
    const whole = completed(`${field.value.slice(1)} `);
    if (whole && !command) startCommand(whole.line, whole.rest.trimEnd());
    if (command) return command.send();
  }
  return send();
}

async function send() {
  const content = mentioned(field.value.trim());
  if ((!content && tray.hidden) || field.value.length > LONGEST) return;
  const sent = releaseFiles();
  const reference = state.replying
    ? { message_reference: { message_id: state.replying, channel_id: state.current } }
    : {};
  Object.assign(state, { replying: null });
  field.value = "";
  typedAt = 0;
  paintReply();
  changed();
  tell("sent");
  const attachments = sent.length
    ? { attachments: sent.map((file, id) => ({ id, filename: file.name })) }
    : {};
  await post(
    `/channels/${state.current}/messages`,
    { content, nonce: nonce(), ...reference, ...attachments },
    sent,
  ).catch((error) => {
    tell("notice", error.message);
    field.value ||= content;
  });
}

function paintReply() {
  const message = state.replying && messageOf(state.current, state.replying);
  replyBar.hidden = !message;
  if (!message) return;
  fill(
    replyBar,
    h("span", {}, "Replying to ", h("b", {}, nameOf(faceOf(message)))),
    h(
      "button.icon-button",
      {
        title: "Cancel reply",
        onclick: () => {
          state.replying = null;
          paintReply();
        },
      },
      icon("close", 18),
    ),
  );
  field.focus();
}
