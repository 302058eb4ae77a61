// The order form: a service found by Chinese, pinyin or initials (a combobox, WAI-ARIA 1.2), Enter from field to field and at the
// last one the order, and what it will come to while one types. Without this script the form is a list and four fields.
const SHOWN = 8;
const WAIT_MS = 150;
const options = new WeakMap(); // of each form, what can be chosen

const plain = (words) => words.toLowerCase().replace(/\s+/g, "");

// How well a service is meant by what was typed; less is better, Infinity is not at all. Its names come first among its terms.
const distance = (service, typed) => {
  let best = Infinity;
  service.terms.forEach((term, at) => {
    const known = at < 4 ? 0 : 0.5;
    if (term === typed) best = Math.min(best, known);
    else if (term.startsWith(typed)) best = Math.min(best, 1 + known);
    else if ((typed.length > 2 || /[^a-z]/.test(typed)) && term.includes(typed)) best = Math.min(best, 3 + known);
  });
  return best;
};

const found = (services, typed) => {
  if (!typed) return [...services].sort((a, b) => a.lately - b.lately).slice(0, SHOWN);
  const near = services.map((service) => [distance(service, typed), service]).filter(([far]) => far < Infinity);
  return near.sort(([a], [b]) => a - b).map(([, service]) => service).slice(0, SHOWN);
};

const span = (kind, words, language) => {
  const one = document.createElement("span");
  one.className = kind;
  if (language) one.lang = language;
  one.textContent = words;
  return one;
};

// The list becomes a combobox; the list itself stays in the form, unseen, and holds what was chosen.
const combine = (form, select) => {
  const services = [...select.options].filter((one) => one.value).map((one) => ({
    ...one.dataset, id: one.value, name: one.textContent, lately: Number(one.dataset.lately), terms: one.dataset.terms.split(" "),
  }));
  options.set(form, services);
  const box = document.createElement("input");
  const list = document.createElement("ul");
  box.id = "order-service-box";
  list.id = "order-service-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-labelledby", "order-service-label");
  list.hidden = true;
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off", placeholder: "水电 / sd / plumbing",
  })) box.setAttribute(name, value);
  for (const name of ["aria-invalid", "aria-describedby"]) if (select.hasAttribute(name)) box.setAttribute(name, select.getAttribute(name));
  form.querySelector("#order-service-label").htmlFor = box.id;
  select.hidden = true;
  select.after(box, list);
  box.value = select.value ? select.selectedOptions[0].textContent : "";
  let active = -1;

  const mark = (at) => {
    active = at;
    [...list.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === at)));
    if (at >= 0) {
      box.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    } else box.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  const open = (typed) => {
    list.replaceChildren(...found(services, typed).map((service) => {
      const one = document.createElement("li");
      one.id = `order-service-${service.id}`;
      one.dataset.id = service.id;
      one.setAttribute("role", "option");
      one.append(span("zh", service.name, ""), " ", span("en", service.en, "en"));
      return one;
    }));
    list.hidden = !list.children.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    mark(typed && list.children.length ? 0 : -1);
  };
  const choose = (id) => {
    select.value = id;
    box.value = id ? select.selectedOptions[0].textContent : "";
    box.removeAttribute("aria-invalid");
    close();
    askWhat(form);
    foresee(form);
  };
  const settle = () => {
    if (active >= 0 && plain(box.value)) choose(list.children[active].dataset.id);
    else if (select.value && box.value !== select.selectedOptions[0].textContent) choose(box.value ? select.value : "");
    else close();
  };

  box.addEventListener("input", () => open(plain(box.value)));
  box.addEventListener("focus", () => box.select());
  box.addEventListener("blur", settle);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (steps) {
      event.preventDefault();
      if (list.hidden) open(select.value && box.value === select.selectedOptions[0].textContent ? "" : plain(box.value));
      const count = list.children.length;
      if (count) mark(active < 0 ? (steps > 0 ? 0 : count - 1) : (active + steps + count) % count);
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      if (active >= 0) choose(list.children[active].dataset.id);
      else settle();
      if (select.value) goOn(form, box);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("mousedown", (event) => {
    const one = event.target.closest("[data-id]");
    event.preventDefault(); // the field keeps the focus
    if (one) choose(one.dataset.id);
  });
};

// The service's own question, where it has one.
const askWhat = (form) => {
  const service = options.get(form).find((one) => one.id === form.elements.service.value);
  const field = form.querySelector(".answer-field");
  const answer = form.elements.answer;
  field.hidden = !service?.kind;
  answer.disabled = !service?.kind;
  if (!service?.kind) return;
  field.querySelector("[data-about]").replaceChildren(span("zh", service.question, ""), " ", span("en", service.questionEn, "en"));
  answer.inputMode = service.kind === "count" ? "numeric" : "text";
};

const box = (form) => form.querySelector("#order-service-box");
const main = (form) => form.querySelector("button[value=usual]");
const fields = (form) => [box(form), form.elements.answer, form.elements.when, form.elements.note].filter((one) => one && one.type !== "hidden" && !one.disabled);

// Enter goes to the next field, and from the last one places the order.
const goOn = (form, from) => {
  const all = fields(form);
  const next = all[all.indexOf(from) + 1];
  if (next) next.focus();
  else form.requestSubmit(main(form));
};

// Where one begins: what was found wrong, else the first empty field, else the button that places what is filled in already.
const begin = (form) => {
  const wrong = form.querySelector("[aria-invalid]:not([hidden])");
  const { service, answer, when, day } = form.elements;
  if (!box(form)) return (wrong || when).focus(); // an order is changed
  const empty = [[box(form), service.value], [answer, answer.disabled || answer.value], [when, when.value || day.value]].find(([, value]) => !value);
  (wrong || (empty ? empty[0] : main(form))).focus();
};

// What the order will come to. What was asked before is not waited for.
let asking = null;
let waiting = 0;
const foresee = (form) => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    asking?.abort();
    asking = new AbortController();
    const written = new URLSearchParams();
    for (const name of ["resident", "service", "answer", "when", "day", "starts", "ends"]) written.set(name, form.elements[name].value);
    try {
      const answer = await fetch(`${form.dataset.outlook}?${written}`, { signal: asking.signal, headers: { "X-Linli-Live": "active" } });
      if (answer.ok) show(form, await answer.text());
    } catch { /* another is asked, or the page has been left; placing says what is wrong */ }
  }, WAIT_MS);
};

const show = (form, html) => {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const ticked = new Set([...form.querySelectorAll("[name=provider]:checked")].map((one) => one.value));
  for (const part of fresh.querySelectorAll("[data-outlook-part]")) {
    form.querySelector(`[data-outlook-part="${part.dataset.outlookPart}"]`)?.replaceChildren(...part.childNodes);
  }
  for (const one of form.querySelectorAll("[name=provider]")) one.checked = ticked.has(one.value);
};

const dress = () => {
  const form = document.querySelector("[data-order-form]");
  if (!form || options.has(form)) return null;
  const services = form.querySelector("[data-services]"); // none where an order is changed
  if (services) {
    combine(form, services);
    askWhat(form);
  } else options.set(form, []);
  return form;
};

document.addEventListener("turbo:load", () => {
  const form = dress();
  if (form && document.querySelector("[data-order-page]")) begin(form);
});
document.addEventListener("turbo:frame-render", (event) => {
  const form = dress();
  if (form) begin(form);
  else event.target.querySelector("[autofocus]")?.focus(); // it was placed: the next key begins another
});
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("[data-order-form]");
  if (form && ["answer", "when", "day", "starts", "ends"].includes(event.target.name)) foresee(form);
});
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const form = event.target.closest?.("[data-order-form]");
  if (form && event.key === "Enter" && event.target.matches("input:not([type=checkbox])")) {
    event.preventDefault();
    goOn(form, form.querySelector(".chosen-time").contains(event.target) ? form.elements.when : event.target);
  } else if (event.key === "o" && !event.target.matches("input, select, textarea, [contenteditable]")) {
    const here = document.querySelector("[data-order-form]");
    const away = document.querySelector("[data-order-link]");
    if (here || away) event.preventDefault();
    if (here) begin(here);
    else away?.click();
  }
});
