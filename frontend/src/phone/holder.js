// One tab of this browser holds the telephone (Web Locks); the others say so, and can take it while nobody talks there.
const PHONE = "linli-phone";
const TALKING = "linli-phone-talking";

let letGo = null;

// Waits for the telephone and calls `held`; `lost` when another tab has taken it. `elsewhere` is called where one has to wait.
export const wait = async ({ held, elsewhere, lost }) => {
  const { held: locks } = await navigator.locks.query();
  if (locks.some(({ name }) => name === PHONE)) elsewhere();
  request({}, held, lost);
};

// False where somebody talks in the other tab.
export const take = async ({ held, lost }) => {
  const { held: locks } = await navigator.locks.query();
  if (locks.some(({ name }) => name === TALKING)) return false;
  request({ steal: true }, held, lost);
  return true;
};

const request = async (options, held, lost) => {
  try {
    await navigator.locks.request(PHONE, options, () => {
      held();
      return new Promise(() => {}); // for as long as the page lives
    });
  } catch {
    lost(); // taken by another tab
  }
};

export const talk = (yes) => {
  letGo?.();
  letGo = null;
  if (yes) navigator.locks.request(TALKING, { mode: "shared" }, () => new Promise((done) => { letGo = done; }));
};
