// Pictures, videos, sounds and files in messages. Hides how they are laid out, spoiler covers and
// the lightbox that shows a picture alone.

import { fill, h, icon, safeUrl } from "./dom.js";
import { size } from "./format.js";

const WIDEST = 550;
const TALLEST = 350;

const kindOf = ({ content_type: type = "", filename = "", url = "" }) => {
  const named = /\.(png|jpe?g|gif|webp|avif|mp4|webm|mov|mp3|ogg|wav)(\?|$)/i
    .exec(filename || url)?.[1]
    ?.toLowerCase();
  if (type.startsWith("image/") || /^(png|jpe?g|gif|webp|avif)$/.test(named ?? "")) return "image";
  if (type.startsWith("video/") || /^(mp4|webm|mov)$/.test(named ?? "")) return "video";
  if (type.startsWith("audio/") || /^(mp3|ogg|wav)$/.test(named ?? "")) return "audio";
  return "file";
};

const isHidden = (one) => one.spoiler || /^SPOILER_/.test(one.filename ?? "");

/** What stays the same of an address while its signature changes with every edit of the message. */
export const keepKey = (url = "") => (url.includes("/attachments/") ? url.split("?")[0] : url);

/** All attachments of a message: pictures and videos as one gallery, the rest below it. */
export function attachments(list = []) {
  const seen = list.filter((one) => ["image", "video"].includes(kindOf(one)));
  const rest = list.filter((one) => !seen.includes(one));
  return [
    seen.length ? gallery(seen) : null,
    ...rest.map((one) => (kindOf(one) === "audio" ? sound(one) : file(one))),
  ];
}

/** One to ten pictures or videos in a mosaic; items are `{url, width, height, description, …}`. */
export function gallery(items) {
  const single = items.length === 1;
  const pictures = items.filter((one) => kindOf(one) === "image");
  return h(
    "div.gallery",
    { dataset: { count: Math.min(items.length, 10) }, class: single ? "single" : "" },
    items.map((one) => tile(one, single, pictures)),
  );
}

function tile(item, single, pictures) {
  const isVideo = kindOf(item) === "video";
  const content = isVideo ? video(item) : picture(item, pictures);
  const box = h("div.tile", { style: single ? fitted(item) : {} }, content);
  return isHidden(item) ? cover(box) : box;
}

/** The size at which one picture is shown: its own, shrunk to the bounds of a message. */
function fitted({ width, height }) {
  if (!width || !height) return { maxWidth: `${WIDEST}px` };
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  return { width: `${Math.round(width * scale)}px`, aspectRatio: `${width} / ${height}` };
}

function picture(item, all) {
  const words = item.description ?? "";
  const node = h("img.picture", {
    src: safeUrl(item.url) ?? "",
    alt: words,
    title: words,
    loading: "lazy",
    draggable: false,
    dataset: { keep: keepKey(item.url) },
  });
  node.addEventListener("click", () => lightbox(all, all.indexOf(item)));
  return node;
}

function video(item) {
  return h("video.video", {
    src: safeUrl(item.url) ?? "",
    controls: true,
    playsInline: true,
    preload: "metadata",
    loop: false,
    title: item.description ?? "",
    dataset: { keep: keepKey(item.url) },
  });
}

function cover(box) {
  box.classList.add("covered");
  box.append(
    h(
      "button.cover",
      {
        onclick: () => {
          box.classList.remove("covered");
          box.querySelector(".cover")?.remove();
        },
      },
      "SPOILER",
    ),
  );
  return box;
}

const sound = (item) =>
  h(
    "div.file.sound",
    {},
    fileName(item),
    h("audio", {
      src: safeUrl(item.url) ?? "",
      controls: true,
      dataset: { keep: keepKey(item.url) },
    }),
  );

function fileName(item) {
  return [
    h("span.file-icon", {}, icon("file", 26)),
    h(
      "span.file-text",
      {},
      h(
        "a.link",
        { href: safeUrl(item.url) ?? "", target: "_blank", rel: "noopener noreferrer" },
        item.title ?? item.filename ?? nameIn(item.url),
      ),
      item.size ? h("small", {}, size(item.size)) : null,
    ),
  ];
}

const nameIn = (url) => decodeURIComponent((url ?? "file").split("?")[0].split("/").at(-1));

/** A file that can only be fetched. */
export function file(item) {
  const get = h(
    "a.icon-button",
    {
      href: safeUrl(item.url) ?? "",
      download: item.filename ?? "",
      target: "_blank",
      title: "Download",
    },
    icon("download"),
  );
  const node = h("div.file", {}, fileName(item), get);
  return isHidden(item) ? cover(node) : node;
}

/** Show one of `items` alone over the page; arrows walk through them, Escape leaves. */
export function lightbox(items, start = 0) {
  let at = start;
  const stage = h("figure");
  const shade = h("div.lightbox", { role: "dialog", tabIndex: -1 }, stage);
  const show = () =>
    fill(
      stage,
      h("img", { src: safeUrl(items[at].url) ?? "", alt: items[at].description ?? "" }),
      caption(items, at),
    );
  const walk = (by) => {
    at = (at + by + items.length) % items.length;
    show();
  };
  const leave = () => shade.remove();
  shade.addEventListener("click", (event) => {
    if (!event.target.closest("img, a, button")) leave();
  });
  shade.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
    if (event.key === "ArrowRight") walk(1);
    if (event.key === "ArrowLeft") walk(-1);
    event.stopPropagation();
  });
  show();
  document.body.append(shade);
  shade.focus();
}

function caption(items, at) {
  const many = items.length > 1 ? `${at + 1} of ${items.length}` : "";
  return h(
    "figcaption",
    {},
    h("span", {}, items[at].description ?? ""),
    h("span", {}, many, " "),
    h(
      "a.link",
      { href: safeUrl(items[at].url) ?? "", target: "_blank", rel: "noopener noreferrer" },
      "Open original",
    ),
  );
}

export { kindOf };
