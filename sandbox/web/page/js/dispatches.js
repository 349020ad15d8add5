// What each dispatch of the gateway changes in the store: one row per event. Hides the shapes of
// the events; an event without a row is of no interest to the page.

import {
  Flag,
  isMasked,
  learnMember,
  learnUser,
  messageOf,
  messagesOf,
  nameOf,
  place,
  state,
  tell,
} from "./store.js";

const TYPING_LASTS = 10000;

/** Take one dispatch into the store and tell whoever shows that part. */
export function take(type, body) {
  rows[type]?.(body);
}

const rows = {
  READY(ready) {
    state.me = ready.user;
    state.session = ready.session_id;
    learnUser(ready.user);
    ready.users?.forEach(learnUser);
    ready.private_channels?.forEach(takeChannel);
    ready.guilds.filter((guild) => !guild.unavailable).forEach(takeGuild);
    tell("ready");
  },
  GUILD_CREATE(guild) {
    takeGuild(guild);
    tell("ready");
  },
  CHANNEL_CREATE: takeChannel,
  CHANNEL_UPDATE: takeChannel,
  CHANNEL_DELETE: dropChannel,
  THREAD_CREATE: takeChannel,
  THREAD_UPDATE: takeChannel,
  THREAD_DELETE: dropChannel,
  THREAD_LIST_SYNC: ({ threads }) => threads.forEach(takeChannel),
  GUILD_MEMBER_ADD: takeMember,
  GUILD_MEMBER_UPDATE: takeMember,
  GUILD_MEMBER_REMOVE({ user }) {
    state.members.delete(user.id);
    tell("members");
  },
  GUILD_MEMBERS_CHUNK({ members, presences = [] }) {
    members.forEach((member) => learnMember(member));
    presences.forEach(takePresence);
    tell("members");
  },
  GUILD_ROLE_CREATE: ({ role }) => state.roles.set(role.id, role),
  GUILD_ROLE_UPDATE: ({ role }) => state.roles.set(role.id, role),
  PRESENCE_UPDATE(presence) {
    takePresence(presence);
    tell("members");
  },
  USER_UPDATE: learnUser,
  MESSAGE_CREATE(message) {
    learnAuthor(message);
    place(message);
    state.typing.get(message.channel_id)?.delete(message.author.id);
    markUnread(message);
    tell("typing");
    tell("messages", { channel: message.channel_id, added: message });
  },
  MESSAGE_UPDATE(change) {
    const known = messageOf(change.channel_id, change.id);
    if (!known && !(change.flags & Flag.EPHEMERAL)) return;
    const message = { ...known, ...change };
    place(message);
    tell("messages", { channel: message.channel_id, changed: message });
  },
  MESSAGE_DELETE: ({ channel_id: channel, id }) => dropMessages(channel, [id]),
  MESSAGE_DELETE_BULK: ({ channel_id: channel, ids }) => dropMessages(channel, ids),
  MESSAGE_REACTION_ADD: (event) => react(event, 1),
  MESSAGE_REACTION_REMOVE: (event) => react(event, -1),
  MESSAGE_REACTION_REMOVE_ALL: (event) => rereact(event, () => []),
  MESSAGE_REACTION_REMOVE_EMOJI: (event) =>
    rereact(event, (all) => all.filter((one) => !sameEmoji(one.emoji, event.emoji))),
  TYPING_START({ channel_id: channel, user_id: user, member }) {
    if (member) learnMember(member);
    if (!state.typing.has(channel)) state.typing.set(channel, new Map());
    state.typing.get(channel).set(user, Date.now() + TYPING_LASTS);
    tell("typing");
  },
  INTERACTION_CREATE: ({ nonce, id }) => tell("interaction", { nonce, id, stage: "taken" }),
  INTERACTION_SUCCESS: ({ nonce, id }) => tell("interaction", { nonce, id, stage: "done" }),
  INTERACTION_FAILURE: ({ nonce, id }) => tell("interaction", { nonce, id, stage: "failed" }),
  INTERACTION_MODAL_CREATE: (modal) => tell("modal", modal),
  APPLICATION_COMMAND_AUTOCOMPLETE_RESPONSE: (answer) => tell("choices", answer),
  GUILD_APPLICATION_COMMAND_INDEX_UPDATE: () => tell("commands"),
};

function takeGuild(guild) {
  state.guild = { ...state.guild, ...guild, ...guild.properties };
  guild.roles?.forEach((role) => state.roles.set(role.id, role));
  guild.members?.forEach((member) => learnMember(member));
  guild.presences?.forEach(takePresence);
  for (const channel of [...(guild.channels ?? []), ...(guild.threads ?? [])]) {
    state.channels.set(channel.id, { guild_id: guild.id, ...channel });
  }
}

function takeChannel(channel) {
  channel.recipients?.forEach(learnUser);
  const name = channel.name || channel.recipients?.map(nameOf).join(", ");
  state.channels.set(channel.id, { ...state.channels.get(channel.id), ...channel, name });
  tell("channels");
  if (channel.id === state.current) tell("channel");
}

function dropChannel({ id }) {
  state.channels.delete(id);
  tell("channels");
  if (id === state.current) tell("lost-channel");
}

function takeMember(member) {
  learnMember(member);
  tell("members");
}

function takePresence({ user, status }) {
  state.presences.set(user.id, status);
}

function learnAuthor(message) {
  if (isMasked(message)) return;
  learnUser(message.author);
  if (message.member) learnMember(message.member, message.author);
  message.mentions?.forEach(({ member, ...user }) => learnUser(user));
}

function markUnread(message) {
  const mine = message.author.id === state.me?.id;
  if (mine || (message.channel_id === state.current && !document.hidden)) return;
  const mentioned = message.mentions?.some((user) => user.id === state.me?.id);
  const before = state.unread.get(message.channel_id) ?? 0;
  state.unread.set(message.channel_id, before + (mentioned ? 1 : 0));
  tell("channels");
}

/** Remove messages from the view; also how an ephemeral one is dismissed. */
export function dropMessages(channel, ids) {
  state.messages.set(
    channel,
    messagesOf(channel).filter((one) => !ids.includes(one.id)),
  );
  ids.forEach((id) => tell("messages", { channel, removed: id }));
}

export const sameEmoji = (a, b) => (a.id ? a.id === b.id : a.name === b.name);

function rereact({ channel_id: channel, message_id: id }, change) {
  const message = messageOf(channel, id);
  if (!message) return;
  message.reactions = change(message.reactions ?? []);
  tell("messages", { channel, changed: message });
}

function react(event, by) {
  const mine = event.user_id === state.me?.id;
  rereact(event, (all) => {
    const known = all.find((one) => sameEmoji(one.emoji, event.emoji));
    if (!known) return by > 0 ? [...all, { emoji: event.emoji, count: 1, me: mine }] : all;
    const next = { ...known, count: known.count + by, me: mine ? by > 0 : known.me };
    return all.map((one) => (one === known ? next : one)).filter((one) => one.count > 0);
  });
}
