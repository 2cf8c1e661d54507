// Makes the pages live: every address works without this script. It fetches the page again when the
// server says that something has changed, and changes only what differs.
"use strict";

const root = document.documentElement;
const byId = (id) => document.getElementById(id);
root.classList.add("scripted");

/* ---- Fetching: the browser parses the answer as a document, so nothing in it can run. ---- */

function fetchPage(url, form) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(form ? "POST" : "GET", url);
    request.responseType = "document";
    request.timeout = 20000;
    request.onload = () =>
      request.response ? resolve({ page: request.response, url: request.responseURL }) : reject();
    request.onerror = request.ontimeout = reject;
    request.send(form || null);
  });
}

/* ---- Showing a page that was fetched ---- */

addEventListener("animationend", (event) => event.target.closest(".is-new")?.classList.remove("is-new"));

function show({ page }) {
  const focused = document.activeElement && document.activeElement.id;
  const row = document.activeElement && document.activeElement.closest(".row");
  const stick = isAtEnd();
  document.title = page.title;
  if (page.documentElement.dataset.theme) root.dataset.theme = page.documentElement.dataset.theme;
  else delete root.dataset.theme;
  becomeChildren(document.body, page.body);
  if (stick) toTheEnd();
  if (row && byId(row.id)) byId(row.id).querySelector("a").focus({ preventScroll: true });
  else if (focused && byId(focused)) byId(focused).focus({ preventScroll: true });
}

/* ---- The thread stays at its end while one looks at its end. ---- */

function isAtEnd() {
  const thread = byId("thread");
  return !thread || thread.scrollHeight - thread.scrollTop - thread.clientHeight < 60;
}

function toTheEnd() {
  const thread = byId("thread");
  if (thread) thread.scrollTop = thread.scrollHeight;
}

/* ---- Going somewhere ---- */

let pinned = false; // a complaint is shown, which must stay to be read
let wanted = 0; // only the page that was asked for last is shown

async function visit(url, { form = null, push = true, replace = false, focus = true } = {}) {
  const turn = ++wanted;
  const before = location.pathname;
  try {
    const got = await fetchPage(url, form);
    if (turn !== wanted) return;
    pinned = Boolean(form) && got.url === new URL(url, location).href;
    if (pinned) replace = push = false; // what was wrong with a form has no address of its own
    if (replace) history.replaceState(null, "", got.url);
    else if (push && got.url !== location.href) history.pushState(null, "", got.url);
    show(got);
    if (location.pathname !== before) arrived(focus);
  } catch {
    if (form) say("That did not get through. Try again.");
    else location.assign(url);
  }
}

function arrived(focus) {
  toTheEnd();
  const detail = byId("detail");
  if (detail) detail.scrollTop = 0;
  if (matchMedia("(max-width: 51.99rem)").matches) scrollTo(0, 0);
  const row = document.activeElement.closest(".row");
  if (focus && detail && !(row && row.offsetParent)) detail.focus({ preventScroll: true });
  known = null;
}

addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest("a[href]");
  if (!link || link.target || link.origin !== location.origin || link.hash) return;
  event.preventDefault();
  visit(link.href);
});

addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  if (form.method === "get") {
    for (const [name, value] of [...fields]) if (!value) fields.delete(name);
    const url = new URL(form.action);
    const replace = url.pathname === location.pathname; // a search is one step, however it was typed
    visit(`${url}${fields.size ? `?${fields}` : ""}`, { focus: false, replace });
    return;
  }
  const text = form.querySelector("textarea[name=body]");
  visit(form.action, { form: fields, focus: false }).then(() => {
    if (text && text.isConnected && form.id && !pinned) text.value = "";
    toTheEnd();
  });
});

addEventListener("change", (event) => {
  const filters = event.target.closest("#filters");
  if (filters && event.target.nodeName === "SELECT") filters.requestSubmit();
  if (event.target.id === "shortcuts") localStorage.setItem("shortcuts", event.target.checked ? "on" : "off");
});

let typing = 0;
addEventListener("input", (event) => {
  if (event.target.id !== "search") return;
  clearTimeout(typing);
  typing = setTimeout(() => event.target.form.requestSubmit(), 250);
});

addEventListener("popstate", () => visit(location.href, { push: false }));

/* ---- Live ---- */

let events = null;
let held = false; // by the reader, who wants to look at something that would move away
let stale = false;
let fetching = false;
let rest = 400; // how long to let the server alone after a page: longer, the longer it took

function listen() {
  if (events || held || document.hidden || !document.body.dataset.events) return;
  events = new EventSource(document.body.dataset.events);
  events.addEventListener("change", refresh);
  events.onopen = () => {
    tell("Live", false);
    refresh();
  };
  events.onerror = () => tell("Trying again", true);
}

function hush() {
  if (events) events.close();
  events = null;
}

function tell(words, lost) {
  const live = byId("live");
  if (!live) return;
  live.classList.toggle("is-lost", lost);
  live.setAttribute("aria-pressed", String(!held));
  live.querySelector(".live-words").textContent = words;
}

async function refresh() {
  stale = true;
  if (fetching || held || pinned || document.hidden) return;
  fetching = true;
  while (stale && !held && !pinned && !document.hidden) {
    stale = false;
    const began = performance.now();
    const turn = wanted;
    try {
      const got = await fetchPage(location.href);
      if (turn === wanted && !isTyping() && !held && !pinned) {
        arriving = true;
        show(got);
        arriving = false;
        announce();
      }
    } catch {
      break;
    }
    rest = Math.max(400, 8 * (performance.now() - began));
    await new Promise((done) => setTimeout(done, rest));
  }
  fetching = false;
}

// A select that is open, or a search that is being typed, must not change under the reader.
function isTyping() {
  const on = document.activeElement;
  return Boolean(on && (on.nodeName === "SELECT" || on.id === "search") && on.matches(":focus-visible"));
}

addEventListener("visibilitychange", () => (document.hidden ? hush() : listen()));
addEventListener("pagehide", hush);
addEventListener("pageshow", listen);
setInterval(refresh, 30000); // ages grow even while nothing happens

addEventListener("click", (event) => {
  if (!event.target.closest("#live")) return;
  held = !held;
  if (held) hush();
  else listen();
  tell(held ? "Held" : "Live", false);
});

/* ---- What is said aloud: only what the reader waits for, and seldom. ---- */

let known = null; // messages of the open conversation
let saidAt = 0;

function announce() {
  const thread = byId("thread");
  const count = thread ? thread.querySelectorAll(".msg").length : null;
  if (count !== null && known !== null && count > known && Date.now() - saidAt > 5000) {
    say(count - known === 1 ? "One new message in this conversation" : `${count - known} new messages in this conversation`);
    known = count;
  } else if (known === null || count === null) {
    known = count;
  }
}

function say(words) {
  saidAt = Date.now();
  byId("said").textContent = words;
}

/* ---- Keys ---- */

function move(step) {
  const rows = [...document.querySelectorAll("#rows .row a")];
  if (!rows.length) return;
  const on = rows.findIndex((row) => row === document.activeElement);
  const from = on >= 0 ? on : rows.findIndex((row) => row.hasAttribute("aria-current"));
  const to = rows[Math.min(rows.length - 1, Math.max(0, from + step))];
  to.focus();
  to.scrollIntoView({ block: "nearest" });
}

const keys = {
  "/": () => byId("search"),
  w: () => byId("reply"),
  j: () => move(1),
  k: () => move(-1),
  l: () => byId("live").click(),
};

addEventListener("keydown", (event) => {
  const field = event.target.closest("input, textarea, select");
  if (field) {
    if (event.key === "Escape") field.blur();
    const chats = field.id === "reply" || field.id === "answer";
    const sends = event.ctrlKey || event.metaKey || (chats && !event.shiftKey);
    if (event.key === "Enter" && sends && field.nodeName === "TEXTAREA" && !event.isComposing) {
      event.preventDefault();
      field.form.requestSubmit();
    }
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.target.closest(".rows") && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
    return;
  }
  if (localStorage.getItem("shortcuts") === "off") return;
  const link = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key);
  const act = Object.hasOwn(keys, event.key) ? keys[event.key] : link && (() => link.click());
  if (!act) return;
  event.preventDefault();
  const field_ = act();
  if (field_ && field_.focus) field_.focus();
});

/* ---- Begin ---- */

function begin() {
  const shortcuts = byId("shortcuts");
  if (shortcuts) shortcuts.checked = localStorage.getItem("shortcuts") !== "off";
  toTheEnd();
  announce();
  listen();
}

begin();
