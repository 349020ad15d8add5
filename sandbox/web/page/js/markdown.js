// Message text as nodes. Hides the grammar: blocks here, marks inside a line in `inline.js`.
// Text becomes text nodes only; nothing is ever parsed as HTML.

import { h, icon } from "./dom.js";
import { inline, isOnlyEmoji } from "./inline.js";

const FENCE = /```(?:([\w+#.-]*)\n)?([\s\S]*?)\n?```/;
const LIST = /^(\s*)([-*]|\d{1,3}\.)\s+(.*)$/;

/** The nodes of `text`; `jumbo` lets a message of nothing but emoji grow. */
export function markdown(text, { jumbo = false } = {}) {
  const root = document.createDocumentFragment();
  if (jumbo && isOnlyEmoji(text)) {
    root.append(h("span.jumbo", {}, inline(text)));
    return root;
  }
  let rest = text ?? "";
  for (let fence = FENCE.exec(rest); fence && fence[2].trim(); fence = FENCE.exec(rest)) {
    const before = rest.slice(0, fence.index);
    if (isQuoted(before)) break;
    root.append(...blocks(before.replace(/\n$/, "")), code(fence[2], fence[1]));
    rest = rest.slice(fence.index + fence[0].length).replace(/^\n/, "");
  }
  root.append(...blocks(rest));
  return root;
}

const isQuoted = (before) => /(^|\n)> [^\n]*$/.test(before) || /(^|\n)>>> /.test(before);

function code(source, language) {
  const copy = h("button.code-copy", {
    title: "Copy",
    onclick: () => navigator.clipboard?.writeText(source),
  });
  copy.append(icon("copy", 16));
  return h("pre.code", { dataset: { language: language ?? "" } }, h("code", {}, source), copy);
}

function blocks(text) {
  if (!text) return [];
  const lines = text.split("\n");
  const nodes = [];
  while (lines.length) nodes.push(...block(lines));
  return joined(nodes);
}

/** Take the next block off `lines`. */
function block(lines) {
  const line = lines[0];
  if (line.startsWith(">>> ")) return [quote([line.slice(4), ...lines.splice(0).slice(1)])];
  if (/^> /.test(line) || line === ">")
    return [quote(takeWhile(lines, (one) => /^>( |$)/.test(one)).map((one) => one.slice(2)))];
  const heading = /^(#{1,3})\s+(.+)$/.exec(lines[0]);
  if (heading) return [h(`h${heading[1].length}.md`, {}, inline(lines.shift() && heading[2]))];
  const small = /^-# +(.+)$/.exec(line);
  if (small) return [h("div.subtext", {}, inline(lines.shift() && small[1]))];
  if (LIST.test(line)) return list(takeWhile(lines, (one) => LIST.test(one)));
  return [lineOf(takeWhile(lines, isPlain, 1))];
}

const isPlain = (line) =>
  !(
    line.startsWith(">>> ") ||
    /^>( |$)/.test(line) ||
    /^#{1,3}\s+\S/.test(line) ||
    /^-# +\S/.test(line) ||
    LIST.test(line)
  );

function takeWhile(lines, fits, atLeast = 0) {
  let count = atLeast;
  while (count < lines.length && fits(lines[count])) count += 1;
  return lines.splice(0, count);
}

const lineOf = (lines) => h("span.text", {}, inline(lines.join("\n")));
const quote = (lines) => h("div.quote", {}, h("blockquote", {}, markdown(lines.join("\n"))));

function list(lines) {
  const items = lines.map((line) => LIST.exec(line));
  const lists = [];
  while (items.length) lists.push(nested(items, items[0][1].length));
  return lists;
}

function nested(items, depth) {
  const isNumbered = /\d/.test(items[0][2]);
  const node = h(isNumbered ? "ol" : "ul");
  if (isNumbered) node.start = Number.parseInt(items[0][2], 10);
  while (items.length && items[0][1].length >= depth) {
    const isDeeper = items[0][1].length > depth + 1;
    if (!isDeeper && /\d/.test(items[0][2]) !== isNumbered) break;
    if (isDeeper) {
      (node.lastElementChild ?? node).append(nested(items, items[0][1].length));
    } else {
      node.append(h("li", {}, inline(items.shift()[3])));
    }
  }
  return node;
}

/** Plain runs that follow each other need a line break; blocks bring their own. */
function joined(nodes) {
  return nodes.flatMap((node, index) =>
    index && node.matches(".text") && nodes[index - 1].matches(".text") ? [h("br"), node] : [node],
  );
}
