// The telephone of the page: it lives as long as the document does, whatever page Turbo shows in it.
import * as bar from "./bar.js";
import * as holder from "./holder.js";
import { listen } from "./keys.js";
import { Line } from "./line.js";
import * as microphone from "./microphone.js";
import * as panel from "./microphone_panel.js";
import { openPage } from "./pop.js";
import * as ring from "./ring.js";
import { ask, telephoning, tell } from "./server.js";
import { States } from "./states.js";
import { word } from "../words.js";

const states = new States();
let line = null;
let trouble = ""; // of the microphone: insecure, denied, missing, busy
let elsewhere = ""; // tab, page: who has the telephone instead
let over = false; // signed out

const call = () => line?.ringing ?? line?.talking ?? line?.held;

const show = () => {
  const { talking, ringing, held } = line ?? {};
  const words = [states.state];
  if (over) words.push("over");
  else if (elsewhere) words.push("elsewhere", elsewhere);
  else if (trouble) words.push("trouble", trouble);
  else if (!line?.registered) words.push("lost");
  else words.push("there");
  if (!states.reached) words.push("unreached");
  if (ringing) words.push("ringing", ringing.alarm ? "alarm" : "plain");
  if (talking) words.push("talking");
  if (talking?.soundless) words.push("soundless");
  if (held) words.push("held");
  if (!talking && !ringing && !held) words.push("idle");
  if (talking || held) words.push("up");
  if (ringing && !ring.audible()) words.push("silent");
  if (bar.section().dataset.waiting && (talking || ringing)) words.push("waiting");
  bar.show(words, { talking, ringing, held, waiting: bar.section().dataset.waiting, reason: states.reason, muted: talking?.muted });
};

// The page asks the exchange to ring this telephone: to dial, to listen, to join.
document.addEventListener("submit", ({ target }) => {
  if (target.matches("[data-rings-me]")) line?.expect();
});

const tellPage = (name, one) => {
  const detail = { channel: one.channel, number: one.number, alarm: one.alarm, state: one.phase };
  document.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
};

const ringNow = () => {
  const ringing = line?.ringing;
  if (ringing && !ringing.wanted) ring.start(`${ringing.alarm ? word("求助", "SOS") : word("来电", "Call")} ${ringing.number}`, ringing.alarm);
  else ring.stop();
};

const connect = async () => {
  const account = await ask("account");
  if (line) return;
  line = new Line(account);
  line.addEventListener("registered", async () => {
    show();
    if (line.calls.length) return;
    line.expect(); // a call that was lost with the page before is brought back
    await tell("rejoin").catch(() => {});
  });
  line.addEventListener("lost", show);
  line.addEventListener("changed", show);
  line.addEventListener("ring", ({ detail }) => {
    ringNow();
    bar.section().dataset.waiting = "";
    if (detail.call.channel) bar.section().dataset.waiting = openPage(detail.call);
    tellPage("linli:ring", detail.call);
    show();
  });
  line.addEventListener("answered", ({ detail }) => {
    ringNow();
    holder.talk(true);
    telephoning(true);
    tellPage("linli:answered", detail.call);
    show();
  });
  line.addEventListener("ended", ({ detail }) => {
    ringNow();
    if (!line.talking && !line.held) {
      holder.talk(false);
      telephoning(false);
      bar.part("keypad").removeAttribute("data-open");
      bar.part("pressed").textContent = "";
    }
    tellPage("linli:ended", detail.call);
    show();
    for (const ms of [300, 1200]) setTimeout(() => states.beat(), ms); // the console hears of the call's end from the exchange
  });
  line.addEventListener("trouble", ({ detail }) => failed(detail.error));
};

// Why the microphone cannot be opened is said, and no call comes to a desk that nobody would hear.
const failed = (error) => {
  trouble = microphone.obstacle(error);
  if (trouble && states.state === "ready") states.pause("microphone");
  show();
};

const tryMicrophone = async () => {
  trouble = microphone.obstacle();
  try {
    if (!trouble) microphone.close(await microphone.open());
    if (!trouble && states.state === "pause" && states.reason === "microphone") await states.ready();
    show();
  } catch (error) {
    failed(error);
  }
};

const hold = { // of this browser's tabs
  held: () => { elsewhere = ""; begin(false); },
  elsewhere: () => { elsewhere = "tab"; show(); },
  lost: () => { leave("tab"); },
};

const begin = async (take) => {
  show();
  try {
    if (!await states.begin(take)) return leave("page");
  } catch {
    setTimeout(() => { if (!over && !line) begin(take); }, 3000);
    return undefined;
  }
  elsewhere = "";
  await tryMicrophone();
  return connect().catch(() => setTimeout(() => begin(false), 3000));
};

const leave = (to) => {
  states.end();
  line?.stop();
  line = null;
  ring.stop();
  holder.talk(false);
  elsewhere = to;
  show();
};

const acts = {
  answer: () => line?.answer().catch(failed),
  "hang-up": () => (line?.ringing && !line.talking ? line.ringing : line?.talking ?? line?.held)?.hangUp(),
  hold: () => (line?.talking ? line.talking.hold() : line?.held?.resume()),
  mute: () => line?.talking?.mute(!line.talking.muted),
  keypad: () => bar.part("keypad").toggleAttribute("data-open"),
  ready: () => (states.state === "wrap_up" ? done() : states.ready()),
  pause: () => bar.part("reasons").toggleAttribute("data-open"),
  microphone: () => panel.toggle(tryMicrophone),
  again: tryMicrophone,
  take: async () => {
    if (elsewhere === "tab" && !await holder.take(hold)) return bar.say("busy");
    if (elsewhere === "page") begin(true);
    return undefined;
  },
};

const done = async () => {
  const note = bar.part("note");
  await states.done(note.value);
  note.value = "";
};

// While the keypad is open: the page's own digits are for something else (desk.js).
const press = (key) => {
  if (!line?.talking || !("open" in bar.part("keypad").dataset)) return false;
  line.talking.press(key);
  bar.part("pressed").textContent = (bar.part("pressed").textContent + key).slice(-12);
  return true;
};

export const start = () => {
  const section = bar.section();
  section.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.phone in acts) acts[button.dataset.phone]();
    if (button.dataset.tone) press(button.dataset.tone);
    if (button.dataset.pause) {
      states.pause(button.dataset.pause);
      bar.part("reasons").removeAttribute("data-open");
      if (line?.ringing && !line.talking) line.ringing.hangUp();
    }
  });
  section.addEventListener("submit", (event) => {
    event.preventDefault();
    done();
  });
  // Who asks for something that rings this desk gets it answered (buttons to call, to call in, to listen).
  document.addEventListener("submit", ({ target }) => {
    if (/^\/desk\//.test(new URL(target.action, location.href).pathname)) line?.expect();
  }, true);
  document.addEventListener("linli:expect", () => line?.expect());
  states.addEventListener("changed", show);
  states.addEventListener("left", () => leave("page"));
  states.addEventListener("out", () => {
    over = true;
    if (!call()) leave("");
  });
  addEventListener("pagehide", () => { if (line) states.leave(); });
  listen(section, press);
  setInterval(() => bar.tick(line ?? {}, states.state === "wrap_up" ? states.until : null), 500);
  if (microphone.obstacle()) { // no lock, no microphone
    trouble = "insecure";
    show();
    return;
  }
  holder.wait(hold);
};
