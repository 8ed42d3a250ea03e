"use strict";
// Differences, laid out side by side: syntax colours for HCL, and the words marked that differ.

const BLOCKS = new Set("resource data module variable output locals provider terraform moved import removed check dynamic lifecycle content backend required_providers provisioner connection".split(" "));
const WORDS = new Set("true false null for in if else endif endfor".split(" "));
const TOKEN = /(#.*|\/\/.*|\/\*.*?(?:\*\/|$))|("(?:[^"\\$%]|\\.|\$\{[^}]*\}|%\{[^}]*\}|[$%])*"?)|(<<[-~]?[A-Za-z_]\w*)|(\b\d[\d_.eE]*\b)|([A-Za-z_][\w-]*)|(\s+)|([^\s\w])/g;

/** HCL of one line as pairs of text and kind. `state.heredoc` is the marker that the line is inside of, if any. */
function hcl(line, state) {
  if (state.heredoc) {
    if (line.trim() === state.heredoc) { state.heredoc = ""; return [[line, "k"]]; }
    return [[line, "s"]];
  }
  const found = [];
  let first = true;
  for (const m of line.matchAll(TOKEN)) {
    const rest = line.slice(m.index + m[0].length);
    let kind = "";
    if (m[1] !== undefined) kind = "c";
    else if (m[2] !== undefined) kind = "s";
    else if (m[3] !== undefined) { kind = "k"; state.heredoc = m[3].replace(/^<<[-~]?/, ""); }
    else if (m[4] !== undefined) kind = "n";
    else if (m[5] !== undefined) {
      if (WORDS.has(m[5])) kind = "n";
      else if (first && (BLOCKS.has(m[5]) ? /^\s*["{]/.test(rest) : /^\s*\{/.test(rest))) kind = "k";
      else if (first && /^\s*=(?![=>])/.test(rest)) kind = "a";
      else if (/^\(/.test(rest)) kind = "f";
    }
    if (m[6] === undefined) first = /^[{,(\[]$/.test(m[0]);
    found.push([m[0], kind]);
  }
  return found;
}

const plain = (line) => [[line, ""]];
const coloursOf = (path) => (/\.(tf|tofu|tfvars|hcl)$/.test(path) ? hcl : plain);

/** Longest common subsequence of two short lists, as pairs of indices. */
function common(a, b) {
  const width = b.length + 1, best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      best[i * width + j] = a[i] === b[j] ? best[(i + 1) * width + j + 1] + 1 : Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
  const pairs = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) i++;
    else j++;
  }
  return pairs;
}

/** Which old line became which new one: lines that differ in blanks alone, then what lies between these, in order. */
function paired(old, now) {
  const bare = (line) => line.replace(/\s+/g, " ").trim();
  const anchors = old.length * now.length > 40000 ? [] : common(old.map(bare), now.map(bare));
  const rows = [];
  let i = 0, j = 0;
  for (const [a, b] of [...anchors, [old.length, now.length]]) {
    for (; i < a || j < b; ) rows.push([i < a ? old[i++] : null, j < b ? now[j++] : null]);
    if (a < old.length) rows.push([old[i++], now[j++]]);
  }
  return rows;
}

/** Ranges of characters that differ, in the old and in the new line; none where the lines have little in common. */
function marks(old, now) {
  const split = (line) => line.match(/\w+|\s+|[^\w\s]/g) || [];
  const a = split(old), b = split(now);
  if (a.length * b.length > 160000) return [[], []];
  const pairs = common(a, b);
  const shared = pairs.reduce((sum, [i]) => sum + (a[i].trim() ? a[i].length : 0), 0);
  if (shared < 0.3 * Math.min(old.trim().length, now.trim().length)) return [[], []];
  return [ranges(a, new Set(pairs.map((p) => p[0]))), ranges(b, new Set(pairs.map((p) => p[1])))];
}

function ranges(words, kept) {
  const found = [];
  let at = 0;
  words.forEach((word, i) => {
    if (!kept.has(i)) {
      const last = found[found.length - 1];
      if (last && last[1] === at) last[1] += word.length;
      else found.push([at, at + word.length]);
    }
    at += word.length;
  });
  return found;
}

/** A line's tokens as elements, with the ranges marked. */
function painted(tokens, marked) {
  const out = document.createDocumentFragment();
  let at = 0, next = 0;
  for (const [text, kind] of tokens) {
    let from = 0;
    while (from < text.length) {
      while (next < marked.length && marked[next][1] <= at + from) next++;
      const range = marked[next];
      const inside = range && range[0] <= at + from;
      const to = !range ? text.length : Math.min(text.length, (inside ? range[1] : range[0]) - at);
      const part = text.slice(from, to);
      const node = kind ? el("span", { class: "t-" + kind }, part) : document.createTextNode(part);
      out.append(inside ? el("mark", {}, node) : node);
      from = to;
    }
    at += text.length;
  }
  return out;
}

function side(kind, number, content) {
  const sign = { old: "−", now: "+" }[kind] || "";
  return [el("span", { class: "no", "aria-hidden": "true" }, number === null ? "" : String(number)), el("span", { class: "sign" }, sign), el("code", {}, content)];
}

/** One file's difference. */
function diffOf(file) {
  const colours = coloursOf(file.path);
  const title = { changed: "", new: "new file", deleted: "deleted", moved: "moved from " + file.from }[file.kind];
  const box = el("div", { class: "diff" + (file.kind === "new" || file.kind === "deleted" ? " one" : ""), role: "group", "aria-label": "Difference in " + file.path },
    el("p", { class: "file" }, el("code", {}, file.path), title ? el("span", { class: "muted" }, " " + title) : "",
      file.together ? el("span", { class: "muted" }, " together with other changes of this run") : ""));
  for (const [before, after, heading, lines] of file.hunks) {
    let a = before, b = after;
    const left = { heredoc: "" }, right = { heredoc: "" };
    if (file.kind === "changed" || heading) box.append(el("p", { class: "hunk" }, "line " + (b + 1) + (heading ? " · " + heading : "")));
    for (const line of lines) {
      if (typeof line === "string") {
        const tokens = colours(line, right);
        left.heredoc = right.heredoc;
        box.append(el("div", { class: "row same" }, el("div", { class: "half" }, ...side("", ++a, painted(tokens, []))),
          el("div", { class: "half twin", "aria-hidden": "true" }, ...side("", ++b, painted(tokens, [])))));
        continue;
      }
      for (const [old, now] of paired(line[0], line[1])) {
        const [was, is] = old !== null && now !== null ? marks(old, now) : [[], []];
        box.append(el("div", { class: "row" },
          old === null ? el("div", { class: "half none" }) : el("div", { class: "half old" }, ...side("old", ++a, painted(colours(old, left), was))),
          now === null ? el("div", { class: "half none" }) : el("div", { class: "half now" }, ...side("now", ++b, painted(colours(now, right), is)))));
      }
    }
  }
  return box;
}
