// A recording's page: the waveform, and the line that is being said marked in step with the sound.
import WaveSurfer from "wavesurfer.js";

const SPEEDS = [0.75, 1, 1.25, 1.5];
const EARLIER_S = 0.05; // a line clicked is the line that is then current
let leave = () => {};

const open = async () => {
  leave();
  const place = document.querySelector("[data-recording]");
  if (!place) return;
  const sound = place.querySelector("audio");
  const lines = [...place.querySelectorAll("[data-at]")];
  const ending = new AbortController();
  const { signal } = ending;
  let wave = null;
  leave = () => {
    ending.abort();
    sound.pause();
    wave?.destroy();
    leave = () => {};
  };

  let asked = 0; // where one is before the sound has been fetched: that a page is open is no listening
  const playFrom = (line) => {
    asked = Number(line.dataset.at);
    sound.currentTime = asked;
    sound.play().catch(() => {}); // the player itself says that there is no sound
  };
  const now = () => (sound.readyState ? sound.currentTime : asked);
  const currentIndex = () => lines.findLastIndex((line) => Number(line.dataset.at) <= now() + EARLIER_S);
  const mark = () => {
    const current = lines[currentIndex()];
    for (const line of lines) {
      if (line === current) {
        if (!line.classList.contains("current")) line.scrollIntoView({ block: "nearest" });
        line.setAttribute("aria-current", "true");
      } else line.removeAttribute("aria-current");
      line.classList.toggle("current", line === current);
    }
  };
  const setSpeed = (speed) => {
    sound.playbackRate = speed;
    for (const button of place.querySelectorAll("[data-speed]")) button.ariaPressed = String(Number(button.dataset.speed) === speed);
  };
  const keys = {
    " ": () => (sound.paused ? sound.play().catch(() => {}) : sound.pause()),
    ArrowLeft: () => { sound.currentTime = Math.max(0, sound.currentTime - 5); },
    ArrowRight: () => { sound.currentTime += 5; },
    ArrowUp: () => playFrom(lines[Math.max(0, currentIndex() - 1)]),
    ArrowDown: () => playFrom(lines[Math.min(lines.length - 1, currentIndex() + 1)]),
    "[": () => setSpeed(SPEEDS.findLast((one) => one < sound.playbackRate) ?? SPEEDS[0]),
    "]": () => setSpeed(SPEEDS.find((one) => one > sound.playbackRate) ?? SPEEDS.at(-1)),
  };

  for (const line of lines) line.querySelector("button.at")?.addEventListener("click", () => playFrom(line), { signal });
  for (const button of place.querySelectorAll("[data-speed]")) button.addEventListener("click", () => setSpeed(Number(button.dataset.speed)), { signal });
  sound.addEventListener("timeupdate", mark, { signal });
  sound.addEventListener("seeked", mark, { signal });
  document.addEventListener("keydown", (event) => {
    const elsewhere = event.target.closest("input, textarea, select, button, a, summary, audio, dialog");
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    if (elsewhere && !(event.target.matches("button.at") && event.key !== " ")) return;
    if (!lines.length && event.key.startsWith("ArrowU")) return;
    event.preventDefault();
    keys[event.key]();
  }, { signal });

  const answer = await fetch(place.dataset.recording, { signal }).catch(() => null);
  if (!answer?.ok || signal.aborted) return; // without a waveform one can still listen
  const { duration_s: duration, peaks } = await answer.json();
  if (signal.aborted) return;
  const style = getComputedStyle(document.documentElement);
  wave = WaveSurfer.create({
    container: place.querySelector(".wave"),
    cspNonce: document.querySelector("meta[name=csp-nonce]").content,
    media: sound,
    peaks: [peaks],
    duration,
    height: 96,
    normalize: true,
    waveColor: "#8fb3ad",
    progressColor: style.getPropertyValue("--main").trim(),
    cursorColor: style.getPropertyValue("--red").trim(),
    cursorWidth: 2,
  });
  wave.on("interaction", (time) => {
    asked = time;
    mark();
  });
};

document.addEventListener("turbo:load", open);
document.addEventListener("turbo:before-render", () => leave());
