// The check of the microphone: which one, and whether it hears anything.
import { part } from "./bar.js";
import * as microphone from "./microphone.js";

let stream = null;
let stopMeter = null;

export const toggle = async (afterwards) => {
  const panel = part("microphones");
  if (panel.hidden) {
    panel.hidden = false;
    if ("Notification" in window && Notification.permission === "default") Notification.requestPermission(); // a ring in another window
    await look();
    part("devices").onchange = async ({ target }) => {
      microphone.choose(target.value);
      await look();
    };
  } else {
    panel.hidden = true;
    end();
  }
  afterwards();
};

const look = async () => {
  end();
  try {
    stream = await microphone.open();
  } catch {
    return; // the bar says why
  }
  const used = stream.getAudioTracks()[0].getSettings().deviceId;
  const options = (await microphone.devices()).map(({ deviceId, label }) => new Option(label || deviceId, deviceId, false, deviceId === used));
  part("devices").replaceChildren(...options);
  stopMeter = microphone.meter(stream, (level) => { part("level").value = level; });
};

const end = () => {
  stopMeter?.();
  stopMeter = null;
  microphone.close(stream);
  stream = null;
};
