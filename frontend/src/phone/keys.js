// The keyboard: one key for each button that names one (data-key), while its button is shown. Not while somebody writes; then with Alt.
const writing = (element) => element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

export const listen = (section, press) => {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.repeat || event.isComposing) return;
    if (writing(event.target) && !event.altKey) return;
    const key = event.code.replace(/^(Key|Digit|Numpad)/, "").toLowerCase();
    if (!event.altKey && /^[0-9]$|^\*$|^#$/.test(event.key) && press(event.key)) {
      event.preventDefault();
      return;
    }
    const button = [...section.querySelectorAll("button[data-key]")].find((one) => one.dataset.key === key && one.offsetParent !== null && !one.disabled);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
};
