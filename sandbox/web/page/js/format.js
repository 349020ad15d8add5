// Words for numbers, times and people. Hides how ids carry their time and how colours are chosen.

const EPOCH = 1420070400000n;
const PALETTE = [
  "#5a68d8",
  "#3f8f6b",
  "#b5793a",
  "#b3486b",
  "#7a57c2",
  "#2f86a6",
  "#8a6d3b",
  "#a14fa8",
];

/** The moment a snowflake was made, in milliseconds. */
export const timeOf = (id) => Number((BigInt(id) >> 22n) + EPOCH);

/** Order of two snowflakes, oldest first. */
export const byId = (a, b) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** A snowflake for now: the nonce that ties a request to its answer. */
let nonces = 0n;
export const nonce = () => (((BigInt(Date.now()) - EPOCH) << 22n) + (nonces++ & 4095n)).toString();

const clock = new Intl.DateTimeFormat([], { hour: "numeric", minute: "2-digit" });
const longDay = new Intl.DateTimeFormat([], { day: "numeric", month: "long", year: "numeric" });
const shortDay = new Intl.DateTimeFormat([], { day: "2-digit", month: "2-digit", year: "numeric" });
const whole = new Intl.DateTimeFormat([], { dateStyle: "full", timeStyle: "short" });

export const clockTime = (when) => clock.format(new Date(when));
export const dayName = (when) => longDay.format(new Date(when));
export const fullTime = (when) => whole.format(new Date(when));

/** "Today at 14:05", as message headers show it. */
export function messageTime(when) {
  const date = new Date(when);
  const days = Math.round((startOfDay(new Date()) - startOfDay(date)) / 86400000);
  if (days === 0) return `Today at ${clock.format(date)}`;
  if (days === 1) return `Yesterday at ${clock.format(date)}`;
  return `${shortDay.format(date)} ${clock.format(date)}`;
}

const startOfDay = (date) =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
export const sameDay = (a, b) => startOfDay(new Date(a)) === startOfDay(new Date(b));

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};

/** A `<t:seconds:style>` mark in words; "R" counts from now. */
export function markTime(seconds, style) {
  if (style === "R") return relative(seconds);
  return new Intl.DateTimeFormat([], STYLES[style] ?? STYLES.f).format(new Date(seconds * 1000));
}

const UNITS = [
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
const ago = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

function relative(seconds) {
  const left = seconds - Date.now() / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(left) >= length) ?? ["second", 1];
  return ago.format(Math.round(left / size), unit);
}

/** Bytes as people read them. */
export function size(bytes) {
  const steps = ["bytes", "KB", "MB", "GB"];
  const step = Math.min(3, bytes > 0 ? Math.floor(Math.log2(bytes) / 10) : 0);
  return `${step ? (bytes / 1024 ** step).toFixed(2) : bytes} ${steps[step]}`;
}

/** A steady colour for an id without a picture. */
export const colourOf = (id) => PALETTE[Number(BigInt(id) % 9973n) % PALETTE.length];

/** 0xRRGGBB as CSS, or null for "no colour". */
export const hex = (number) => (number ? `#${number.toString(16).padStart(6, "0")}` : null);

/** Up to two letters that stand for a name. */
export const initials = (name) =>
  (name ?? "?")
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .join("")
    .slice(0, 2)
    .toUpperCase();
