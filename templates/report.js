// The list of findings: filters that live in the address, keys, and what is behind each finding.

/** An element; texts are only ever texts. */
function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(key, value);
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const CHUNK = 100;
const OUTCOMES = ["failed", "found", "changed", "skipped", "already fine"];
const SHOWN = OUTCOMES.filter((o) => o !== "already fine");
const KEYS = ["rule", "sev", "stack", "tier", "codemod", "thing", "reason"];
const FIELD = { sev: "severity" };
const list = byId("list"), body = el("tbody", { role: "rowgroup" });
let state = {}, matching = [], shown = 0, opened = "";

const stored = {
  get: (key) => { try { return localStorage.getItem("tfmod-" + key); } catch { return null; } },
  set: (key, value) => { try { localStorage.setItem("tfmod-" + key, value); } catch { /* a file may have no storage */ } },
};

// ---- the address -------------------------------------------------------------------------------------------------------------------

/** Filters and the open finding, from the part of the address behind "#"; null where that names a section. */
function read() {
  const text = location.hash.slice(1);
  if (text && !text.includes("=")) return null;
  const given = new URLSearchParams(text), found = { q: given.get("q") || "", isNew: given.get("new") === "1", open: given.get("open") || "" };
  for (const key of KEYS) found[key] = given.get(key) || "";
  found.out = given.has("out") ? given.get("out").split(",").filter((o) => OUTCOMES.includes(o)) : null;
  return found;
}

function write() {
  const given = new URLSearchParams();
  for (const key of KEYS) if (state[key]) given.set(key, state[key]);
  if (state.out) given.set("out", state.out.join(","));
  if (state.q) given.set("q", state.q);
  if (state.isNew) given.set("new", "1");
  if (state.open) given.set("open", state.open);
  const text = given.toString();
  try { history.replaceState(null, "", text ? "#" + text : location.pathname + location.search); } catch { /* a frame may not allow it */ }
}

// ---- filters -----------------------------------------------------------------------------------------------------------------------

const haystack = (f) => f.hay || (f.hay = [f.path + ":" + f.line, f.rule, (data.rules[f.rule] || {}).name, f.codemod, f.message, f.detail, f.before, f.after, f.reasonText, ...f.addresses].filter(Boolean).join("\n").toLowerCase());

function matches(f, words) {
  if (state.open === f.id) return true;
  const out = state.out || SHOWN;
  if (!out.includes(f.outcome) || (state.isNew && !f.isNew)) return false;
  for (const key of KEYS) if (state[key] && (f[FIELD[key] || key] || "") !== state[key]) return false;
  return words.every((w) => haystack(f).includes(w));
}

function options(select, values, all, label = (v) => v) {
  select.replaceChildren(el("option", { value: "" }, all));
  for (const [value, count] of values) select.append(el("option", { value }, label(value) + " (" + count + ")"));
  select.parentElement.hidden = values.length < 2;
}

function counted(field, order) {
  const counts = new Map();
  for (const f of data.findings) if (f[field]) counts.set(f[field], (counts.get(f[field]) || 0) + 1);
  const rank = (v) => (order ? order.indexOf(v) : 0);
  return [...counts].sort((a, b) => rank(a[0]) - rank(b[0]) || (a[0] < b[0] ? -1 : 1));
}

function setUp() {
  const reasons = new Map(data.findings.map((f) => [f.reason, f.reasonText]));
  options(byId("f-rule"), counted("rule"), "all", (code) => code + " " + (data.rules[code] || { name: "" }).name);
  options(byId("f-sev"), counted("severity", ["error", "warning", "info"]), "all");
  options(byId("f-reason"), counted("reason"), "all", (reason) => reasons.get(reason));
  for (const key of ["stack", "tier", "codemod", "thing"]) options(byId("f-" + key), counted(key), "all");
  for (const [outcome, count] of counted("outcome", OUTCOMES)) {
    const box = el("input", { type: "checkbox", value: outcome });
    box.addEventListener("change", () => {
      const on = [...document.querySelectorAll("#f-out input:checked")].map((i) => i.value);
      change({ out: on });
    });
    byId("f-out").append(el("label", { class: "check" }, box, " " + outcome + " (" + count.toLocaleString("en") + ")"));
  }
  for (const key of KEYS) byId("f-" + key).addEventListener("change", (e) => change({ [key]: e.target.value }));
  byId("f-q").addEventListener("input", (e) => change({ q: e.target.value }));
  byId("f-new").addEventListener("change", (e) => change({ isNew: e.target.checked }));
  byId("l-new").hidden = !data.findings.some((f) => f.isNew);
  byId("reset").addEventListener("click", () => change({ q: "", isNew: false, out: null, ...Object.fromEntries(KEYS.map((k) => [k, ""])) }));
  byId("filters").addEventListener("submit", (e) => e.preventDefault());
}

function change(what) {
  state = { ...state, ...what, open: "" };
  write();
  show();
}

/** Put the state into the controls and the list. */
function show() {
  for (const key of KEYS) byId("f-" + key).value = state[key];
  if (byId("f-q").value !== state.q) byId("f-q").value = state.q;
  byId("f-new").checked = state.isNew;
  for (const box of document.querySelectorAll("#f-out input")) box.checked = (state.out || SHOWN).includes(box.value);
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  matching = data.findings.filter((f) => matches(f, words));
  body.replaceChildren();
  shown = 0;
  opened = "";
  more();
  const all = data.findings.length;
  byId("count").textContent = matching.length === all ? all.toLocaleString("en") + " shown" : matching.length.toLocaleString("en") + " of " + all.toLocaleString("en") + " shown";
  byId("reset").disabled = !(state.q || state.isNew || state.out || KEYS.some((k) => state[k]));
  if (state.open) reveal(state.open);
}

// ---- the list ----------------------------------------------------------------------------------------------------------------------

const watcher = new IntersectionObserver((seen) => { if (seen.some((s) => s.isIntersecting)) more(); }, { rootMargin: "800px" });
const sentinel = el("p", { class: "muted", id: "more" });

/** Lay out some more rows: the rest comes when one gets near the end. */
function more(count = CHUNK) {
  const part = matching.slice(shown, shown + count);
  body.append(...part.map(rowOf));
  shown += part.length;
  sentinel.textContent = shown < matching.length ? "… " + (matching.length - shown).toLocaleString("en") + " more" : matching.length ? "" : "Nothing matches.";
  watcher.unobserve(sentinel);
  if (shown < matching.length) watcher.observe(sentinel);
}

function rowOf(f) {
  const cut = f.path.lastIndexOf("/") + 1;
  const button = el("button", { type: "button", "aria-expanded": "false", class: "open" }, f.message || f.addresses[0]);
  const effects = [...new Set((f.effects || []).map((e) => e[0]))];
  const row = el("tr", { role: "row", id: "r-" + f.id, class: "main" },
    el("td", { role: "cell", class: "c-sev" }, f.severity ? el("span", { class: "badge " + f.severity }, f.severity) : el("span", { class: "badge" }, f.outcome === "already fine" ? "fine" : "–")),
    el("td", { role: "cell", class: "c-rule" }, el("b", {}, f.rule || ""), el("small", {}, f.codemod)),
    el("td", { role: "cell", class: "c-place" }, el("span", { class: "muted" }, f.path.slice(0, cut)), el("wbr", {}), f.path.slice(cut) + ":" + f.line),
    el("td", { role: "cell", class: "c-what" }, button,
      f.after && f.outcome === "changed" ? el("span", { class: "after" }, "→ ", el("code", {}, f.after)) : null,
      f.reasonText ? el("small", {}, f.reasonText) : null,
      f.addresses.length > 1 ? el("small", {}, "read in " + f.addresses.length + " places") : null),
    el("td", { role: "cell", class: "c-out" }, el("span", { class: "outcome " + f.outcome.replace(" ", "-") }, f.outcome), f.isNew ? el("span", { class: "new" }, "new") : null,
      ...effects.map((e) => el("span", { class: "effect " + e }, e))));
  row.addEventListener("click", (e) => { if (!e.target.closest("a") && (e.target === button || !String(getSelection()))) toggle(f, row); });
  return row;
}

function linked(text) {
  return text.split(/(https?:\/\/[^\s)"'<>]+)/).map((part, i) => (i % 2 ? el("a", { href: part, rel: "noopener noreferrer", target: "_blank" }, part) : part));
}

function detailOf(f) {
  const facts = el("dl", { class: "facts" });
  const fact = (name, ...content) => facts.append(el("div", {}, el("dt", {}, name), el("dd", {}, ...content)));
  const rule = data.rules[f.rule];
  if (rule) fact("Rule", f.rule + " " + rule.name + ": " + rule.summary);
  fact(f.addresses.length > 1 ? "Addresses" : "Address", ...f.addresses.slice(0, 50).map((a) => el("code", { class: "item" }, a)));
  if (f.tier || f.stack) fact("Stack", f.stack + (f.tier ? " · tier " + f.tier : ""));
  if (f.readers) fact("Read at", ...f.readers.slice(0, 50).map((r) => el("code", { class: "item" }, r)));
  if (f.before && !f.diffs) fact("Is", el("code", {}, f.before));
  if (f.after && !f.diffs) fact("Becomes", el("code", {}, f.after));
  if (f.reasonText) fact(f.outcome === "failed" ? "Failed" : "Skipped", f.reasonText);
  if (f.detail) fact(f.reasonText || f.outcome !== "found" ? "Detail" : "Evidence", ...linked(f.detail));
  if (f.effects) fact("Effect", ...f.effects.map((e) => el("span", { class: "item" }, el("span", { class: "effect " + e[0] }, e[0]), " ", el("code", {}, e[1]))));
  if (f.notes) fact(f.notes.length > 1 ? "Notes" : "Note", ...f.notes.map((n) => el("span", { class: "item" }, ...linked(data.notes[n]))));
  return el("div", { class: "detail" }, facts, ...(f.diffs || []).map((n) => diffOf(data.diffs[n])),
    el("p", { class: "links" }, el("a", { href: "#open=" + f.id }, "Link to this finding")));
}

function toggle(f, row, to = row.nextSibling === null || !row.nextSibling.classList.contains("more")) {
  const button = row.querySelector("button.open");
  const is = button.getAttribute("aria-expanded") === "true";
  if (is === to) return;
  button.setAttribute("aria-expanded", String(to));
  row.classList.toggle("is-open", to);
  if (to) {
    row.after(el("tr", { role: "row", class: "more", id: "d-" + f.id }, el("td", { role: "cell", colspan: "5" }, detailOf(f))));
    button.setAttribute("aria-controls", "d-" + f.id);
    opened = f.id;
  } else {
    row.nextSibling.remove();
    button.removeAttribute("aria-controls");
    if (opened === f.id) opened = "";
  }
  if (!printing) { state.open = opened; write(); }
}

/** Open a finding that the address names, and go there. */
function reveal(id) {
  const at = matching.findIndex((f) => f.id === id);
  if (at < 0) return;
  if (at >= shown) more(at - shown + CHUNK);
  const row = byId("r-" + id);
  toggle(matching[at], row, true);
  row.querySelector("button.open").focus({ preventScroll: true });
  row.scrollIntoView({ block: "start" });
}

// ---- keys --------------------------------------------------------------------------------------------------------------------------

function step(by) {
  const rows = body.querySelectorAll("tr.main");
  const at = [...rows].indexOf(document.activeElement.closest("tr.main") || (document.activeElement.closest("tr.more") || {}).previousSibling);
  if (at + by >= rows.length && shown < matching.length) { more(); return step(by); }
  const row = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
  if (!row) return;
  row.querySelector("button.open").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function close() {
  const row = document.activeElement.closest("tr.main") || (document.activeElement.closest("tr.more") || {}).previousSibling || (opened && byId("r-" + opened));
  const f = row && matching.find((m) => "r-" + m.id === row.id);
  if (!f) return;
  toggle(f, row, false);
  row.querySelector("button.open").focus({ preventScroll: true });
}

function pressed(e) {
  if (e.ctrlKey || e.altKey || e.metaKey || e.defaultPrevented || byId("help").open) return;
  const on = document.activeElement, types = on.matches("input:not([type=checkbox]), select, textarea");
  const act = (what) => { e.preventDefault(); what(); };
  if (e.key === "Escape") {
    if (on === byId("f-q") && on.value) return act(() => change({ q: "" }));
    return on === byId("f-q") ? act(() => on.blur()) : close();
  }
  if (on === byId("f-q") && (e.key === "ArrowDown" || e.key === "Enter")) return act(() => step(1));
  if (types) return undefined;
  if (body.contains(on) && (e.key === "ArrowDown" || e.key === "ArrowUp")) return act(() => step(e.key === "ArrowDown" ? 1 : -1));
  if (!byId("single").checked) return undefined;
  if (e.key === "/") return act(() => { byId("f-q").focus(); byId("f-q").select(); byId("filters").scrollIntoView({ block: "nearest" }); });
  if (e.key === "j" || e.key === "k") return act(() => step(e.key === "j" ? 1 : -1));
  if (e.key === "?") return act(() => byId("help").showModal());
  return undefined;
}

// ---- theme, print, start -----------------------------------------------------------------------------------------------------------

const THEMES = ["auto", "light", "dark"];
function theme(name) {
  document.documentElement.dataset.theme = name;
  byId("theme").textContent = "Theme: " + name;
  stored.set("theme", name);
}

let printing = false, closedForPrint = [];
const PRINTED = 1000, PRINTED_DIFFS = 200;
addEventListener("beforeprint", () => {
  printing = true;
  closedForPrint = [...document.querySelectorAll("details:not([open])")];
  closedForPrint.forEach((d) => { d.open = true; });
  if (shown < Math.min(matching.length, PRINTED)) more(PRINTED - shown);
  matching.slice(0, PRINTED).filter((f) => f.diffs).slice(0, PRINTED_DIFFS).forEach((f) => toggle(f, byId("r-" + f.id), true));
});
addEventListener("afterprint", () => {
  closedForPrint.forEach((d) => { d.open = false; });
  matching.slice(0, shown).forEach((f) => { if (f.id !== state.open) toggle(f, byId("r-" + f.id), false); });
  opened = state.open;
  printing = false;
});

function start() {
  for (const node of document.querySelectorAll(".needs-script")) node.hidden = false;
  const head = el("tr", { role: "row" }, ...["Severity", "Rule", "Place", "What", "Outcome"].map((t) => el("th", { role: "columnheader", scope: "col" }, t)));
  list.append(el("table", { class: "list", role: "table" }, el("caption", { class: "vh" }, "Findings"), el("thead", { role: "rowgroup" }, head), body), sentinel);
  setUp();
  theme(THEMES.includes(stored.get("theme")) ? stored.get("theme") : "auto");
  byId("theme").addEventListener("click", () => theme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % 3]));
  byId("keys").addEventListener("click", () => byId("help").showModal());
  byId("single").checked = stored.get("keys") !== "off";
  byId("single").addEventListener("change", (e) => stored.set("keys", e.target.checked ? "on" : "off"));
  addEventListener("keydown", pressed);
  addEventListener("hashchange", () => {
    const found = read();
    if (!found) return;
    state = found;
    show();
    if (!state.open) byId("findings").scrollIntoView();
  });
  state = read() || { q: "", isNew: false, open: "", out: null, ...Object.fromEntries(KEYS.map((k) => [k, ""])) };
  show();
  if (location.hash && !state.open && location.hash.includes("=")) byId("findings").scrollIntoView();
}

start();
