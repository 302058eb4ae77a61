// Recording one's own voice for a prompt: what the microphone gives goes into the form's file field, and the server does the rest.

const dress = (form) => {
  if (form.dataset.dressed) return;
  form.dataset.dressed = "yes";
  const longestS = Number(form.dataset.recorder);
  const [start, stop, clock, fault] = ["record", "stop", "clock", "fault"].map((name) => form.querySelector(`[data-${name}]`));
  const heard = form.querySelector("audio");
  let recorder = null;

  start.addEventListener("click", async () => {
    let sound;
    try {
      sound = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: true } });
    } catch {
      fault.hidden = false;
      return;
    }
    fault.hidden = true;
    const parts = [];
    recorder = new MediaRecorder(sound);
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => {
      sound.getTracks().forEach((track) => track.stop());
      clearInterval(counting);
      [start.hidden, stop.hidden] = [false, true];
      const taken = new DataTransfer();
      taken.items.add(new File(parts, "voice.webm", { type: recorder.mimeType }));
      form.sound.files = taken.files;
      heard.src = URL.createObjectURL(taken.files[0]);
      heard.hidden = false;
      heard.focus();
    });
    recorder.start();
    const began = Date.now();
    const counting = setInterval(() => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      clock.textContent = `${seconds} / ${longestS}`;
      if (seconds >= longestS && recorder.state === "recording") recorder.stop();
    }, 200);
    [start.hidden, stop.hidden] = [true, false];
    stop.focus();
  });
  stop.addEventListener("click", () => { if (recorder?.state === "recording") recorder.stop(); });
};

const dressAll = () => document.querySelectorAll("[data-recorder]").forEach(dress);
document.addEventListener("turbo:load", dressAll);
dressAll();
