// The bar that says what does not work: that the page is out of date (`link`), which goes by itself, or that what somebody has just asked
// for was not done (`act`), which stays until they ask again.
const bar = () => document.getElementById("lost");

export const say = (about, words, away) => {
  const lost = bar();
  if (about === "link" && !lost.hidden && lost.dataset.about === "act") return;
  lost.textContent = words;
  if (away) lost.append(" ", away);
  lost.dataset.about = about;
  lost.hidden = false;
};

export const unsay = (about) => {
  const lost = bar();
  if (lost?.dataset.about === about) lost.hidden = true;
};
