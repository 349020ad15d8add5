// Embeds of a message: a card with a coloured edge, texts, fields and pictures.

import { h, safeUrl } from "./dom.js";
import { hex, messageTime } from "./format.js";
import { markdown } from "./markdown.js";
import { keepKey, lightbox } from "./media.js";

/** The nodes of all embeds of a message. */
export const embeds = (list = []) => list.map(embed);

function embed(one) {
  if (one.type === "image" && (one.thumbnail ?? one.image)) return bare(one.thumbnail ?? one.image);
  return h(
    "article.embed",
    { style: { "--accent": hex(one.color) ?? "var(--line-strong)" } },
    h(
      "div.embed-main",
      {},
      author(one.author),
      title(one),
      one.description ? h("div.embed-text", {}, markdown(one.description)) : null,
      one.fields?.length ? h("div.embed-fields", {}, one.fields.map(field)) : null,
      one.video?.url ? h("video.video", { src: safeUrl(one.video.url), controls: true }) : null,
      one.image ? image(one.image, "embed-image") : null,
      footer(one),
    ),
    one.thumbnail && one.type !== "image" ? image(one.thumbnail, "embed-thumbnail") : null,
  );
}

const bare = (media) => image(media, "embed-bare");

function image(media, cls) {
  return h(`img.${cls}`, {
    src: safeUrl(media.url) ?? "",
    alt: media.description ?? "",
    loading: "lazy",
    dataset: { keep: keepKey(media.url) },
    onclick: () => lightbox([media]),
  });
}

const small = (url) => (url ? h("img.embed-icon", { src: safeUrl(url) ?? "", alt: "" }) : null);

function linked(text, url) {
  return url
    ? h("a.link", { href: safeUrl(url) ?? "", target: "_blank", rel: "noopener noreferrer" }, text)
    : text;
}

function author(one) {
  return one
    ? h("div.embed-author", {}, small(one.icon_url), h("span", {}, linked(one.name, one.url)))
    : null;
}

function title(one) {
  return one.title
    ? h("div.embed-title", {}, one.url ? linked(markdown(one.title), one.url) : markdown(one.title))
    : null;
}

const field = (one) =>
  h(
    "div.embed-field",
    { class: one.inline ? "inline" : "" },
    h("div.embed-name", {}, markdown(one.name)),
    h("div.embed-value", {}, markdown(one.value)),
  );

function footer(one) {
  const parts = [one.footer?.text, one.timestamp ? messageTime(one.timestamp) : null].filter(
    Boolean,
  );
  return parts.length
    ? h("div.embed-footer", {}, small(one.footer?.icon_url), parts.join(" • "))
    : null;
}
