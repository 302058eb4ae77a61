// What the page's telephone asks of the console.
const token = () => document.getElementById("phone").dataset.csrf;

// The answer's JSON. Throws SignedOut once the visit is over, and an Error when the console does not answer as it should.
export class SignedOut extends Error {}

export const tell = async (path, fields = {}) => {
  const body = new URLSearchParams({ csrf_token: token(), ...fields });
  return read(await fetch(`/phone/${path}`, { method: "POST", body, ...quietly() }));
};

export const ask = async (path) => read(await fetch(`/phone/${path}`, quietly()));

// The last word of a page that is being left; nobody waits for an answer.
export const tellLeaving = (fields) => {
  const body = new FormData();
  for (const [name, value] of Object.entries({ csrf_token: token(), ...fields })) body.set(name, value);
  navigator.sendBeacon("/phone/gone", body);
};

// A page that is only open is no activity (visits.py); one that somebody telephones in is.
let busy = false;
export const telephoning = (yes) => { busy = yes; };
const quietly = () => ({
  headers: { "X-Linli-Live": busy ? "active" : "idle" }, cache: "no-store", signal: AbortSignal.timeout(8000),
});

const read = async (answer) => {
  if (answer.status === 401) throw new SignedOut();
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
};
