// "@" in the text field: offers the people who are here, and makes mentions of their names.

import { avatar } from "./pictures.js";
import { nameOf, state } from "./store.js";
import { hideSuggestions, suggest } from "./suggestions.js";

const BEGUN = /(?:^|\s)@([^\s@]{0,30})$/;
const MOST = 8;

const people = () => [...state.members.values()].map(({ user }) => user);

/** Offer people for an "@" that the cursor stands behind; hide the list if there is none. */
export function offerPeople(field) {
  const typed = BEGUN.exec(field.value.slice(0, field.selectionStart))?.[1];
  const found = typed === undefined ? [] : people().filter((user) => fits(user, typed));
  if (!found.length) return hideSuggestions();
  return suggest("Members", found.slice(0, MOST).map(item), ({ user }) => {
    const at = field.selectionStart - typed.length;
    field.setRangeText(`${user.username} `, at, field.selectionStart, "end");
    hideSuggestions();
  });
}

const fits = (user, typed) =>
  `${nameOf(user)} ${user.username}`.toLowerCase().includes(typed.toLowerCase());

const item = (user) => ({
  label: nameOf(user),
  aside: user.username,
  user,
  face: () => avatar(user, nameOf(user)),
});

/** The text with "@name" of people who are here made into mentions. */
export const mentioned = (text) =>
  text.replace(/(^|\s)@([^\s@]+)/g, (whole, space, name) => {
    const known = people().find((user) => user.username === name.replace(/[.,!?;:]+$/, ""));
    return known ? `${space}<@${known.id}>${name.slice(known.username.length)}` : whole;
  });
