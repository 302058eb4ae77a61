// The desk by keyboard: a key for each button or link that names one (data-press) while nobody writes, and the arrows from row to row.
// The telephone's keys come first (phone/keys.js listens on the document): hence on the window.
const writing = (element) => element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const seen = (element) => element.offsetParent !== null && !element.disabled;

const press = (key) => {
  const wanted = [...document.querySelectorAll(`main [data-press="${CSS.escape(key)}"]`)].find(seen);
  if (!wanted) return false;
  wanted.focus();
  if (!wanted.matches("select")) wanted.click();
  if (wanted.matches("summary") && wanted.parentElement.open) wanted.parentElement.querySelector("input, select, textarea, button")?.focus();
  return true;
};

const step = (by) => {
  const rows = [...document.querySelectorAll("[data-row]")].filter(seen);
  if (!rows.length) return false;
  const at = rows.indexOf(document.activeElement.closest?.(".task")?.querySelector("[data-row]"));
  rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))].focus();
  return true;
};

window.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (writing(event.target)) return;
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  const done = event.key in moves ? step(moves[event.key]) : event.key.length === 1 && press(event.key.toLowerCase());
  if (done) event.preventDefault();
});

// A note is kept while it is written, so that whatever ends the call or leads elsewhere loses nothing of it.
const KEEP_AFTER_MS = 1500;
const keeping = new WeakMap();

const keep = async (field) => {
  clearTimeout(keeping.get(field));
  const words = field.value;
  if (words === field.defaultValue) return;
  const form = new FormData(field.form);
  const answer = await fetch(field.form.action, { method: "POST", body: form, keepalive: true }).catch(() => null);
  if (answer?.ok) field.defaultValue = words; // what is kept is no reason to stay on this page
  else if (field.isConnected) keeping.set(field, setTimeout(keep, 2 * KEEP_AFTER_MS, field));
};
const ofNote = (event) => event.target.form?.matches("[data-keeps]") && event.target.matches("textarea");

document.addEventListener("input", (event) => {
  if (!ofNote(event)) return;
  clearTimeout(keeping.get(event.target));
  keeping.set(event.target, setTimeout(keep, KEEP_AFTER_MS, event.target));
});
document.addEventListener("change", (event) => { if (ofNote(event)) keep(event.target); });
document.addEventListener("turbo:before-visit", () => { for (const field of document.querySelectorAll("[data-keeps] textarea")) keep(field); });
