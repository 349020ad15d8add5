// Files that wait to be sent with the next message, shown over the text field.

import { fill, h, icon } from "./dom.js";
import { size } from "./format.js";
import { tell } from "./store.js";

const MOST = 10;
let files = [];

export const tray = h("div.tray", { hidden: true });

/** Add files, as far as one message may have them. */
export function holdFiles(chosen) {
  files = [...files, ...chosen].slice(0, MOST);
  paint();
  tell("focus");
}

/** Give the files away and be empty. */
export function releaseFiles() {
  const released = files;
  files = [];
  paint();
  return released;
}

function paint() {
  tray.hidden = !files.length;
  fill(tray, files.map(item));
}

function item(file) {
  const drop = () => {
    files = files.filter((one) => one !== file);
    paint();
  };
  return h(
    "div.tray-item",
    {},
    file.type.startsWith("image/") ? preview(file) : h("div.tray-file", {}, icon("file", 48)),
    h("span", {}, file.name),
    h("small", {}, size(file.size)),
    h("button.icon-button.danger", { title: "Remove", onclick: drop }, icon("trash", 18)),
  );
}

function preview(file) {
  const address = URL.createObjectURL(file);
  return h("img", { src: address, alt: "", onload: () => URL.revokeObjectURL(address) });
}
