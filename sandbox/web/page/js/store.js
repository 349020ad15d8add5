// Everything the page knows, as the gateway told it, and who wants to hear of changes. Hides how
// the knowledge is indexed; nothing here is invented by the page except what the person is doing.

import { byId } from "./format.js";

const TEXT = 0;
const DIRECT = 1;
const CATEGORY = 4;
const ANNOUNCEMENT = 5;
const PRIVATE_THREAD = 12;
const THREADS = [10, 11, PRIVATE_THREAD];
export const Kind = { TEXT, DIRECT, ANNOUNCEMENT, CATEGORY, PRIVATE_THREAD };
export const Flag = { EPHEMERAL: 64, LOADING: 128, SUPPRESS_EMBEDS: 4, COMPONENTS_V2: 32768 };

const empty = () => ({
  me: null,
  session: null,
  guild: null,
  channels: new Map(),
  roles: new Map(),
  members: new Map(),
  users: new Map(),
  presences: new Map(),
  messages: new Map(),
  loaded: new Set(),
  typing: new Map(),
  unread: new Map(),
  commands: [],
  applications: new Map(),
  current: null,
  target: null,
  replying: null,
  editing: null,
  connected: false,
});

export const state = empty();
const listeners = new Map();

/** Forget everything, as for a change of person. */
export function reset() {
  Object.assign(state, empty());
}

/** Call `listener(detail)` whenever `topic` changes. */
export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(listener);
}

export function tell(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

export const isThread = (channel) => THREADS.includes(channel?.type);
export const channelOf = (id) => state.channels.get(id);
export const current = () => state.channels.get(state.current);
export const isAgeRestricted = (channel) =>
  Boolean(isThread(channel) ? channelOf(channel.parent_id)?.nsfw : channel?.nsfw);

/** Remember a user seen anywhere; fields that are not told stay as they were. */
export function learnUser(user) {
  if (!user?.id) return;
  state.users.set(user.id, { ...state.users.get(user.id), ...user });
}

export function learnMember(member, user = member.user) {
  if (!user) return;
  learnUser(user);
  state.members.set(user.id, { ...state.members.get(user.id), ...member, user });
}

/** The name that this server knows a user by. */
export function nameOf(user) {
  const nick = user?.masked ? null : state.members.get(user?.id)?.nick;
  return nick ?? user?.global_name ?? user?.username ?? "Unknown";
}

/** Whether a message came over a webhook with a face of its own, not as an application's answer. */
export const isMasked = (message) =>
  Boolean(message.webhook_id) && message.webhook_id !== message.application_id;

/** Who a message shows: the face that a webhook wore, else the account. */
export const faceOf = (message) =>
  isMasked(message)
    ? { ...message.author, global_name: message.author.username, masked: true }
    : message.author;

/** The colour of a user's name: that of their highest role with one, else null. */
export function nameColour(user) {
  const roles = (state.members.get(user?.id)?.roles ?? []).map((id) => state.roles.get(id));
  const coloured = roles.filter((role) => role?.color).sort((a, b) => b.position - a.position);
  return coloured[0]?.color ?? null;
}

/** The messages of a channel that are here, oldest first. */
export function messagesOf(channelId) {
  if (!state.messages.has(channelId)) state.messages.set(channelId, []);
  return state.messages.get(channelId);
}

export const messageOf = (channelId, id) =>
  messagesOf(channelId).find((message) => message.id === id);

/** Put a message where its id belongs; one that is known is replaced. */
export function place(message) {
  const list = messagesOf(message.channel_id);
  const known = list.findIndex((other) => other.id === message.id);
  if (known >= 0) list[known] = message;
  else list.push(message);
  if (known < 0 && list.length > 1 && byId(list.at(-2).id, message.id) > 0) {
    list.sort((a, b) => byId(a.id, b.id));
  }
}

/** Channels without a parent thread, in the order of the sidebar, grouped by category. */
export function channelTree() {
  const channels = [...state.channels.values()];
  const order = (a, b) => (a.position ?? 0) - (b.position ?? 0) || byId(a.id, b.id);
  const plain = channels.filter((one) => [TEXT, ANNOUNCEMENT].includes(one.type)).sort(order);
  const categories = channels.filter((one) => one.type === CATEGORY).sort(order);
  const known = new Set(categories.map((one) => one.id));
  return [
    { category: null, channels: plain.filter((one) => !known.has(one.parent_id)) },
    ...categories.map((category) => ({
      category,
      channels: plain.filter((one) => one.parent_id === category.id),
    })),
    {
      category: { id: "direct", name: "Direct messages" },
      channels: channels.filter((one) => one.type === DIRECT),
    },
  ].filter((group) => group.channels.length);
}

/** The icon that stands for a channel. */
export function signOf(channel) {
  if (channel.type === DIRECT) return "at";
  if (channel.type === PRIVATE_THREAD) return "lock";
  return isThread(channel) ? "thread" : "hash";
}

/** Open threads of a channel, newest first. */
export const threadsOf = (channelId) =>
  [...state.channels.values()]
    .filter((one) => isThread(one) && one.parent_id === channelId && !one.thread_metadata?.archived)
    .sort((a, b) => byId(b.id, a.id));

/** Go to a channel, and to one message of it if given, and count it as read. */
export function go(channelId, messageId = null) {
  if (!state.channels.has(channelId)) return;
  Object.assign(state, { current: channelId, target: messageId, replying: null, editing: null });
  state.unread.delete(channelId);
  tell("current");
  tell("channels");
}

/** Who is typing in a channel now, the person themself aside. */
export function typists(channelId) {
  const now = Date.now();
  const here = state.typing.get(channelId) ?? new Map();
  return [...here].filter(([id, until]) => until > now && id !== state.me?.id).map(([id]) => id);
}
