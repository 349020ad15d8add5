// Building the page's nodes. Hides the DOM's own verbs; text only ever becomes text nodes, so
// nothing that somebody wrote can turn into markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element from "tag.class.class", its properties and its children (null and false vanish). */
export function h(spec, props = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(props ?? {})) assign(node, name, value);
  node.append(...flat(children));
  return node;
}

function assign(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "style")
    for (const [key, part] of Object.entries(value)) setStyle(node, key, part);
  else if (name === "dataset") Object.assign(node.dataset, value);
  else if (name === "class") node.classList.add(...value.split(" ").filter(Boolean));
  else if (name in node && name !== "list") node[name] = value;
  else node.setAttribute(name, value === true ? "" : value);
}

function setStyle(node, key, value) {
  if (key.startsWith("--")) node.style.setProperty(key, value);
  else node.style[key] = value;
}

function flat(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "");
}

/** Replace everything inside `node`. */
export function fill(node, ...children) {
  node.replaceChildren(...flat(children));
  return node;
}

/** An address that may be followed or loaded, or null: only http(s) and the page's own blobs. */
export function safeUrl(value) {
  try {
    const url = new URL(value, location.href);
    return ["http:", "https:", "blob:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

const ICONS = {
  hash: "M9 3 7 21M17 3l-2 18M4 8.5h17M3 15.5h17",
  thread: "M4 5h16M4 10h16M4 15h9M17 14v6m0 0-3-3m3 3 3-3",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  reply: "M10 6 4 12l6 6M4 12h9c4 0 7 2 7 6",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  plus: "M12 5v14M5 12h14",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.5 14.5c1.8 2.4 5.2 2.4 7 0M9 9.6v.6M15 9.6v.6",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 6h16M4 12h16M4 18h16",
  down: "M6 9l6 6 6-6",
  right: "M9 6l6 6-6 6",
  download: "M12 4v11m0 0-4.5-4.5M12 15l4.5-4.5M5 20h14",
  open: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  users:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3 20c0-4 2.5-6 6-6s6 2 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5M17 14c2.6.4 4 2.4 4 6",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  copy: "M8 8h12v12H8zM16 8V4H4v12h4",
  apps: "M12 3l8 4.5v9L12 21l-8-4.5v-9zM12 12l8-4.5M12 12v9M12 12 4 7.5",
  eye: "M2 12c4-8 16-8 20 0-4 8-16 8-20 0M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  swap: "M7 4 3 8l4 4M3 8h14M17 12l4 4-4 4M21 16H7",
  at: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M16 8v5.5c0 3.5 5 3 5-1.5a9 9 0 1 0-4 7.5",
  chat: "M4 5h16v11H10l-5 4v-4H4z",
  check: "M5 12.5l5 5L19.5 7",
  warn: "M12 3 2 20h20zM12 10v4.5M12 17.3v.2",
  slash: "M15 4 9 20M4 4h16v16H4z",
  upload: "M12 16V5m0 0L7.5 9.5M12 5l4.5 4.5M5 20h14",
  crown: "M4 18h16l1-10-5 4-4-7-4 7-5-4z",
};

/** One of the page's own line icons. */
export function icon(name, size = 20) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: size, height: size })) {
    svg.setAttribute(key, value);
  }
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
