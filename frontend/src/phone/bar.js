// The bar at the top of the page: shows what belongs to the moment (data-when, a list of states), and what is written in it.
const section = () => document.getElementById("phone");
const part = (name) => section().querySelector(`[data-phone="${name}"]`);

const clock = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
};

const grouped = (number) => number.replace(/^(\d{3})(\d{4})(\d{4})$/, "$1 $2 $3");
const whose = (call) => grouped(call.number);

// `states` are the words that hold now: free, ringing, talking, ready, pause …
export const show = (states, { talking, ringing, held, waiting, reason, muted }) => {
  section().dataset.states = states.join(" ");
  for (const element of section().querySelectorAll("[data-when]")) {
    element.hidden = !element.dataset.when.split(" ").some((word) => word.split("+").every((one) => states.includes(one)));
  }
  const call = ringing ?? talking ?? held;
  part("number").textContent = call ? whose(call) : "";
  part("waiting").href = waiting ?? "#";
  for (const element of section().querySelectorAll("[data-reason]")) element.hidden = element.dataset.reason !== reason;
  part("mute").ariaPressed = String(Boolean(muted));
  part("hold").ariaPressed = String(Boolean(held && !talking));
};

// Times go on by themselves.
export const tick = ({ talking, ringing, held }, until) => {
  const call = ringing ?? talking ?? held;
  part("time").textContent = call ? clock(Date.now() - call.since) : "";
  part("left").textContent = until ? clock(until - Date.now()) : "";
};

// Tells a screen reader, and whoever looks; "" takes it back.
export const say = (name) => {
  for (const element of section().querySelectorAll("[data-says]")) element.hidden = element.dataset.says !== name;
};

export { part, section };
