// The commands that may be used here, each subcommand on its own line. Hides the index they come
// from and how a typed text is compared with them.

import { get } from "./rest.js";
import { on, state, tell } from "./store.js";

const SLASH = 1;
const SUBCOMMAND = 1;
const GROUP = 2;

const FRESH_FOR = 10000;
let askedAt = 0;
let asked = Promise.resolve();

on("current", ask);

/** Fetch the commands that the person may use in the current channel. */
async function loadCommands() {
  const channel = state.current;
  if (!channel) return;
  const index = await get(
    `/channels/${channel}/application-commands/search?include_applications=true`,
  );
  if (channel !== state.current) return;
  state.commands = index.application_commands;
  state.applications = new Map(index.applications.map((one) => [one.id, one]));
}

function ask() {
  askedAt = Date.now();
  asked = loadCommands().catch((error) => tell("notice", error.message));
  return asked;
}

/** Look again for commands, if the last look was a while ago; resolves when they are known. */
export const refreshCommands = () => (Date.now() - askedAt > FRESH_FOR ? ask() : asked);

/** Every runnable line: `{command, path, name, description, options}`. */
export function runnable() {
  const here = state.commands.filter((one) => (one.type ?? SLASH) === SLASH);
  return here.flatMap((command) => leaves(command, command, []));
}

function leaves(command, node, path) {
  const nested = (node.options ?? []).filter((one) => [SUBCOMMAND, GROUP].includes(one.type));
  if (nested.length) return nested.flatMap((one) => leaves(command, one, [...path, one]));
  const name = [command, ...path].map((one) => one.name).join(" ");
  return [{ command, path, name, description: node.description, options: node.options ?? [] }];
}

/** The lines that a text after "/" may still become: by start first, then by any part. */
export function matching(text) {
  const wanted = text.toLowerCase().trim();
  const lines = runnable();
  const starts = lines.filter((line) => line.name.startsWith(wanted));
  const holds = lines.filter((line) => !starts.includes(line) && line.name.includes(wanted));
  return [...starts, ...holds];
}

/** The line whose whole name begins `text`, and what stands behind it; null if none. */
export function completed(text) {
  const lines = runnable().sort((a, b) => b.name.length - a.name.length);
  const line = lines.find((one) => text.startsWith(`${one.name} `));
  return line ? { line, rest: text.slice(line.name.length + 1) } : null;
}
