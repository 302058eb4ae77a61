// The microphone: opened for a call, chosen among several, looked at by a level meter.
const CHOSEN = "linli-microphone"; // the device's id, kept in this browser

// Why nobody would be heard: insecure, denied, missing or busy; "" where all is well.
export const obstacle = (error) => {
  if (!window.isSecureContext || !navigator.mediaDevices) return "insecure";
  if (!error) return "";
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "denied";
  return error.name === "NotFoundError" || error.name === "OverconstrainedError" ? "missing" : "busy";
};

const wanted = (deviceId) => ({
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...(deviceId && { deviceId: { exact: deviceId } }) },
});

// The chosen device, or whichever there is when that one was unplugged.
export const open = async () => {
  const deviceId = chosen();
  try {
    return await navigator.mediaDevices.getUserMedia(wanted(deviceId));
  } catch (error) {
    if (!deviceId || obstacle(error) !== "missing") throw error;
    return navigator.mediaDevices.getUserMedia(wanted(""));
  }
};

export const close = (stream) => stream?.getTracks().forEach((track) => track.stop());

export const chosen = () => localStorage.getItem(CHOSEN) || "";
export const choose = (deviceId) => localStorage.setItem(CHOSEN, deviceId);

export const devices = async () =>
  (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "audioinput");

// Calls `show` with the level of the sound, 0 to 1, many times a second; returns what ends it.
export const meter = (stream, show) => {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    show(Math.min(1, Math.max(0, 1 + Math.log10(power + 1e-6) / 4))); // -40 dB is nothing, 0 dB is all
  }, 60);
  return () => {
    clearInterval(timer);
    context.close();
  };
};
