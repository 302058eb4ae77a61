// The search box in the head: live while one types, reached by / from anywhere, left by Escape; arrows go through what is found.
const WAIT_MS = 120; // until whoever types stops for a moment
const WRITES = "input, select, textarea, [contenteditable]";

let waiting = null;
let asked = null;

const box = () => document.getElementById("find");
const found = () => document.getElementById("find-found");

const close = () => {
  clearTimeout(waiting);
  asked?.abort();
  if (found()) found().hidden = true;
};

const ask = async () => {
  const words = box().value.trim();
  asked?.abort();
  if (!words) return close();
  asked = new AbortController();
  const url = `${box().form.dataset.find}?q=${encodeURIComponent(words)}`;
  try {
    const answer = await fetch(url, { headers: { "X-Linli-Live": "active" }, cache: "no-store", signal: asked.signal });
    if (!answer.ok) return close(); // signed out: the page itself says so
    const html = await answer.text();
    if (!found()) return;
    found().replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    found().hidden = false;
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
};

document.addEventListener("input", (event) => {
  if (event.target.id !== "find" || event.isComposing) return;
  clearTimeout(waiting);
  waiting = setTimeout(ask, WAIT_MS);
});
document.addEventListener("compositionend", (event) => {
  if (event.target.id === "find") ask();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !box()) return;
  if (event.key === "/" && !event.target.closest(WRITES)) {
    event.preventDefault();
    box().focus();
    box().select();
    return;
  }
  const form = box().form;
  if (!form.contains(event.target)) return;
  if (event.key === "Escape") {
    close();
    box().focus();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [box(), ...(found().hidden ? [] : found().querySelectorAll("a"))];
  const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  event.preventDefault();
  stops[Math.max(0, Math.min(at, stops.length - 1))].focus();
});

for (const kind of ["focusin", "click"]) {
  document.addEventListener(kind, (event) => {
    if (box() && !box().form.contains(event.target)) close();
  });
}
document.addEventListener("submit", (event) => {
  if (event.target.matches(".find")) close();
});
document.addEventListener("turbo:before-render", close);
