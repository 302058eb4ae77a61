// What every page of the console loads once: one goes from page to page without leaving the document, so that a call goes on.
import "@hotwired/turbo";
import "./live.js";
import "./desk.js";
import "./failing.js";
import "./ordering.js";
import "./search.js";

// Only whoever has a seat has a telephone, and needs what it is made of; it starts once, on the first page that has one.
let phone = null;
document.addEventListener("turbo:load", () => {
  if (document.getElementById("phone")) phone ??= import("./phone/index.js").then(({ start }) => start());
});
