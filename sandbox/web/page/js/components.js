// Components of a message, classic and V2: one row per component type. Hides their nesting, what
// pressing them does meanwhile, and the words for a press that failed.

import { h, icon, safeUrl } from "./dom.js";
import { hex } from "./format.js";
import { pressComponent } from "./interactions.js";
import { inside } from "./inline.js";
import { markdown } from "./markdown.js";
import { file, gallery, keepKey, lightbox } from "./media.js";
import { emoji } from "./pictures.js";
import { select } from "./selects.js";
import { go } from "./store.js";

const BUTTON_STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };
const LINK = 5;
const SELECTS = [3, 5, 6, 7, 8];

/** The nodes of all components of `message`. */
export const components = (message) =>
  (message.components ?? []).map((one) => component(one, message));

function component(one, message) {
  if (SELECTS.includes(one.type)) return select(one, (values) => press(message, one, values));
  return (
    rows[one.type]?.(one, message) ??
    h("div.unknown", {}, `A component of type ${one.type}, unknown to this page`)
  );
}

const rows = {
  1: (row, message) =>
    h(
      "div.action-row",
      {},
      row.components.map((one) => component(one, message)),
    ),
  2: button,
  9: section,
  10: (text) => h("div.text-display", {}, markdown(text.content)),
  11: (one, message) => thumbnail(media(one.media, message, one)),
  12: (one, message) => gallery(one.items.map((item) => media(item.media, message, item))),
  13: (one, message) => file({ ...media(one.file, message, one), title: one.name, size: one.size }),
  14: (one) =>
    h("div.separator", {
      class: `${one.divider === false ? "bare" : ""} ${one.spacing === 2 ? "wide" : ""}`,
    }),
  17: container,
};

/** A media item with what the message's attachment knows about it. */
function media(item, message, { description, spoiler }) {
  const name = item.url.split("?")[0].split("/").at(-1);
  const attached = message.attachments?.find(
    (one) => one.filename === name || one.id === item.attachment_id,
  );
  const url = item.url.startsWith("attachment://") ? attached?.url : item.url;
  return {
    filename: attached?.filename,
    size: attached?.size,
    ...item,
    url: url ?? "",
    width: item.width || attached?.width,
    height: item.height || attached?.height,
    content_type: item.content_type ?? attached?.content_type,
    description: description ?? attached?.description,
    spoiler,
  };
}

const thumbnail = (item) =>
  h("img.thumbnail", {
    src: safeUrl(item.url) ?? "",
    alt: item.description ?? "",
    title: item.description ?? "",
    dataset: { keep: keepKey(item.url) },
    onclick: () => lightbox([item]),
  });

function section(one, message) {
  return h(
    "div.section",
    {},
    h(
      "div.section-texts",
      {},
      one.components.map((text) => component(text, message)),
    ),
    h("div.section-accessory", {}, component(one.accessory, message)),
  );
}

function container(one, message) {
  const accent = hex(one.accent_color);
  const node = h(
    "div.container",
    { class: accent ? "accented" : "", style: accent ? { "--accent": accent } : {} },
    one.components.map((inner) => component(inner, message)),
  );
  return one.spoiler ? spoiler(node) : node;
}

function spoiler(node) {
  node.classList.add("covered");
  node.append(
    h(
      "button.cover",
      {
        onclick: (event) => {
          node.classList.remove("covered");
          event.currentTarget.remove();
        },
      },
      "SPOILER",
    ),
  );
  return node;
}

function button(one, message) {
  const face = [emoji(one.emoji), one.label ? h("span", {}, one.label) : null];
  const here = one.style === LINK ? inside(one.url) : null;
  if (here)
    return h("button.button.secondary", { onclick: () => go(here.channel, here.message) }, face);
  if (one.style === LINK) {
    return h(
      "a.button.secondary",
      { href: safeUrl(one.url) ?? "", target: "_blank", rel: "noopener noreferrer" },
      face,
      icon("open", 16),
    );
  }
  const node = h(
    "button.button",
    {
      class: BUTTON_STYLES[one.style] ?? "secondary",
      disabled: Boolean(one.disabled),
      dataset: { customId: one.custom_id },
      title: one.label ? "" : (one.emoji?.name ?? ""),
    },
    face,
  );
  node.addEventListener("click", async () => {
    node.classList.add("busy");
    await press(message, one);
    node.classList.remove("busy");
  });
  return node;
}

/** Problems by message, shown under it until the next press. */
export const problems = new Map();

async function press(message, one, values) {
  note(message, null);
  const problem = await pressComponent(message, one, values);
  if (problem) note(message, "This interaction failed");
}

function note(message, problem) {
  if (problem) problems.set(message.id, problem);
  else problems.delete(message.id);
  const line = document.querySelector(`[data-message="${message.id}"] .problem`);
  if (line) line.textContent = problem ?? "";
}
