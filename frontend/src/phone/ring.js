// A ring that is heard in another tab and seen from another window: a tone, the window's title, a notification.
const TONES = { call: [[440, 480], 2000, 4000], alarm: [[880, 660], 400, 600] }; // pitches in Hz, ms of sound, ms of a round

let context = null;
let ringing = null;

// Browsers let a page sound once somebody has used it, or while it listens to a microphone.
const sound = () => {
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
  return context;
};
for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => { if (context?.state === "suspended") context.resume(); }, true);

const play = (alarm) => {
  const [pitches, soundMs] = TONES[alarm ? "alarm" : "call"];
  const gain = new GainNode(sound(), { gain: alarm ? 0.35 : 0.15 });
  gain.connect(context.destination);
  for (const frequency of pitches) {
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(gain);
    tone.start();
    tone.stop(context.currentTime + soundMs / 1000);
  }
  return gain;
};

const notify = (words) => {
  if (!("Notification" in window) || Notification.permission !== "granted" || !document.hidden) return null;
  const shown = new Notification(words, { tag: "linli-ring", requireInteraction: true });
  shown.onclick = () => { window.focus(); shown.close(); };
  return shown;
};

// Whether the ring can be heard now; where not, the page asks for a click.
export const audible = () => sound().state === "running";

export const start = (words, alarm) => {
  stop();
  let now = play(alarm);
  let flash = true;
  const was = document.title;
  ringing = {
    again: setInterval(() => { now = play(alarm); }, TONES[alarm ? "alarm" : "call"][2]),
    flash: setInterval(() => {
      document.title = flash ? `☎ ${words}` : was;
      flash = !flash;
    }, 700),
    shown: notify(words),
    quiet: () => { now.disconnect(); if (document.title.startsWith("☎")) document.title = was; },
  };
};

export const stop = () => {
  if (!ringing) return;
  clearInterval(ringing.again);
  clearInterval(ringing.flash);
  ringing.shown?.close();
  ringing.quiet();
  ringing = null;
};
