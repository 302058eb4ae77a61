// Where no answer comes, or a fault of ours, the page stays, with what is written in it and the call that is in it, and says so. Turbo
// would load the address anew, or put the page of the fault in its place.
import { say, unsay } from "./lost.js";
import { word } from "./words.js";

const stay = (event) => {
  event.preventDefault();
  document.documentElement.removeAttribute("aria-busy");
  const form = event.target.matches?.("form") ? event.target : null;
  if (form && form.method !== "get") {
    say("act", word("没有办成：系统现在没有应答。写的都还在这一页，过一会再按一次。", "Not done: the system does not answer just now. What you wrote is still on this page; press again in a moment."));
  } else {
    say("act", word("那一页现在打不开，这一页照常。过一会再试。", "That page cannot be opened just now; this one stays. Try again in a moment."));
  }
};

document.addEventListener("turbo:fetch-request-error", stay);
document.addEventListener("turbo:before-fetch-response", (event) => { if (event.detail.fetchResponse.serverError) stay(event); });
document.addEventListener("turbo:before-fetch-request", () => unsay("act"));
