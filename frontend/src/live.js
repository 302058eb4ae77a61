// Keeps a page up to date: asks for each fragment named by data-live every two seconds, with the ETag of what is shown,
// and exchanges the parts (data-part) that have changed. What someone is writing in is left alone until they are done.
import { visit } from "@hotwired/turbo";
import { say, unsay } from "./lost.js";
import { word } from "./words.js";

const EVERY_MS = 2000;
const LOST_AFTER = 3; // misses in a row, before the page says that it is out of date

let title = document.title;
let active = false;
let asked = []; // for each fragment of the page, what asks for it at once

// A page that refreshes itself is no activity; whoever reads it is (see visits.py).
for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) {
  document.addEventListener(kind, () => { active = true; }, { passive: true });
}

const way = (href, words) => Object.assign(document.createElement("a"), { href, textContent: words });

// Keeps one element with its parts up to date; returns what asks at once.
const keep = (live) => {
  const was = new Map(); // what each part held as it came, before ages were counted in it
  const everyMs = Number(live.dataset.every || EVERY_MS);
  let etag = "";
  let misses = 0;
  let asking = null;

  const ask = async () => {
    const headers = { "X-Linli-Live": active ? "active" : "idle" };
    if (etag) headers["If-None-Match"] = etag;
    active = false;
    const answer = await fetch(live.dataset.live, { headers, cache: "no-store", signal: AbortSignal.timeout(10000) });
    if (answer.status === 401) {
      const away = way(`/sign-in?next=${encodeURIComponent(location.pathname)}`, word("登录", "Sign in"));
      say("link", word("已自动退出，这一页不再更新。", "You were signed out; this page is no longer updated."), away);
      return false;
    }
    if (answer.status === 200) {
      if (exchange(await answer.text())) etag = answer.headers.get("ETag") || "";
    } else if (answer.status !== 304) {
      throw new Error(`status ${answer.status}`);
    }
    if (misses >= LOST_AFTER) unsay("link");
    misses = 0;
    return true;
  };

  // False if a part had to be left for later.
  const exchange = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    let whole = true;
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const shown = live.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
      if (!shown) {
        visit(location.href, { action: "replace" }); // a part that this page has never had
        return false;
      }
      if (was.get(part.dataset.part) === part.innerHTML) continue;
      if (busy(shown)) {
        whole = false;
        continue;
      }
      was.set(part.dataset.part, part.innerHTML);
      replace(shown, part);
    }
    dress();
    return whole;
  };

  const askOnce = async () => {
    clearTimeout(asking);
    if (!live.isConnected) return; // the page has been left
    try {
      if (!await ask()) return;
    } catch {
      misses += 1;
      if (misses >= LOST_AFTER) say("link", word("连不上系统，这一页可能已经过时。电话另走一路，照常接。", "The system cannot be reached; this page may be out of date. The telephone has a line of its own: answer it as usual."));
    }
    clearTimeout(asking);
    asking = setTimeout(askOnce, everyMs);
  };

  for (const part of live.querySelectorAll("[data-part]")) was.set(part.dataset.part, part.innerHTML);
  for (const part of live.querySelectorAll("[data-scrolls]")) toTheEnd(part);
  asking = setTimeout(askOnce, everyMs);
  return askOnce;
};

// Someone writes in it, has opened something in it, or listens to it.
const busy = (part) => {
  const writing = part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea, form.why *");
  const listening = [...part.querySelectorAll("audio")].some((one) => !one.paused);
  return writing || listening || part.querySelector("details[open]") !== null;
};

const replace = (shown, part) => {
  const focused = shown.contains(document.activeElement) ? document.activeElement : null;
  const href = focused && focused.getAttribute("href");
  const again = focused && (focused.id ? `#${CSS.escape(focused.id)}` : href && `a[href="${CSS.escape(href)}"]`);
  const thread = "scrolls" in shown.dataset ? shown.querySelector(".thread") : null;
  const readTo = thread && thread.scrollHeight - thread.scrollTop - thread.clientHeight > 40 ? thread.scrollTop : null; // not the end
  for (const { name } of [...shown.attributes]) if (!part.hasAttribute(name)) shown.removeAttribute(name);
  for (const { name, value } of part.attributes) shown.setAttribute(name, value);
  shown.replaceChildren(...part.childNodes); // the element stays, so that a screen reader's live region does too
  if (again) shown.querySelector(again)?.focus({ preventScroll: true });
  if (readTo !== null) shown.querySelector(".thread").scrollTop = readTo;
  else if (thread) toTheEnd(shown);
};

const toTheEnd = (part) => {
  const thread = part.querySelector(".thread");
  thread.scrollTop = thread.scrollHeight;
};

// On a narrow screen a row is a small sheet (console.css): each cell then says what it is, as the head of its column does.
const nameCells = () => {
  for (const table of document.querySelectorAll("main table")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => (head.querySelector(".zh") ?? head).textContent.trim());
    for (const row of heads.length ? table.tBodies[0]?.rows ?? [] : []) {
      [...row.cells].forEach((cell, at) => { if (cell.matches("td") && heads[at]) cell.dataset.name = heads[at]; });
    }
  }
};

// Ages count on by themselves, and the window's title tells of alarms to whoever looks at another window.
const dress = () => {
  nameCells();
  for (const time of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000));
    const hours = Math.floor(seconds / 3600);
    const minutes = String(Math.floor(seconds / 60) % 60).padStart(hours ? 2 : 1, "0");
    time.textContent = `${hours ? `${hours}:` : ""}${minutes}:${String(seconds % 60).padStart(2, "0")}`;
    if (time.dataset.limits) time.dataset.over = time.dataset.limits.split(" ").filter((limit) => seconds > limit).length;
  }
  const alarms = Number(document.querySelector(".alarms")?.dataset.count || 0);
  document.title = alarms ? `【${word("求助", "SOS")} ${alarms}】${title}` : title;
};

// What must be confirmed is confirmed by a key of its own: the button that does it gets the focus, and a key held down does not press it.
document.addEventListener("toggle", (event) => {
  if (event.target.matches("details[data-confirm][open]")) event.target.querySelector("button").focus();
}, true);
document.addEventListener("keydown", (event) => {
  if (event.repeat && event.target.matches("details[data-confirm] button")) event.preventDefault();
});

// The list of further pages goes away when one turns to something else.
const openMore = () => document.querySelector("details.more[open]");
document.addEventListener("keydown", (event) => {
  const more = openMore();
  if (event.key !== "Escape" || !more) return;
  more.open = false;
  more.querySelector("summary").focus();
});
for (const kind of ["focusin", "click"]) {
  document.addEventListener(kind, (event) => {
    const more = openMore();
    if (more && !more.contains(event.target)) more.open = false;
  });
}

// A page has come: the first one, or one that Turbo has put in the place of another.
document.addEventListener("turbo:load", () => {
  title = document.title;
  asked = [...document.querySelectorAll("[data-live]")].map(keep);
  dress();
});

// The demo's telephones answer without leaving the page.
document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-quiet]")) return;
  event.preventDefault();
  const form = event.target;
  if (form.ariaBusy) return; // pressed twice
  form.ariaBusy = "true";
  const written = form.querySelector("input[name=body]"); // none where a button says it all
  const body = new FormData(form);
  if (event.submitter?.name) body.set(event.submitter.name, event.submitter.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    if (written) written.value = "";
    await Promise.all(asked.map((askOnce) => askOnce()));
  } catch {
    say("act", word("没有发出去，请再试一次。", "It was not sent; please try again."));
  } finally {
    form.ariaBusy = null;
  }
});

setInterval(dress, 1000);
