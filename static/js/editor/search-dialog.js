// A dialog with one field that searches on the server. It resolves to the chosen result, to what `parse` makes of the typed
// words, or to null. Everything in it works by keyboard.

import { requestJson } from "../admin/request.js";

const PAUSE = 250; // after the last key

export function choose({ crel }, words, { title, label, help, value = "", address, parse }) {
  return new Promise((resolve) => {
    const field = crel("input", {
      id: "editor-choice",
      type: "text",
      value,
      autocomplete: "off",
      "aria-describedby": "editor-choice-help",
    });
    const list = crel("ul", { "aria-label": words.found });
    const status = crel("p", { role: "status" });
    const form = crel("form", { method: "dialog" }, [
      crel("h2", { id: "editor-choice-title", textContent: title }),
      crel("label", { htmlFor: field.id, textContent: label }),
      field,
      crel("p", { id: "editor-choice-help", className: "help", textContent: help }),
      status,
      list,
      crel("div", { className: "buttons" }, [
        crel("button", { type: "submit", className: "button default", textContent: words.apply }),
        button(crel, "button", words.cancel, () => dialog.close()),
      ]),
    ]);
    const dialog = crel("dialog", { className: "editor-dialog", "aria-labelledby": "editor-choice-title" }, [form]);

    let chosen = null;
    const take = (choice) => {
      chosen = choice;
      dialog.close();
    };
    let searches = 0;
    const search = async () => {
      const query = field.value.trim();
      const number = ++searches;
      const { found } = query
        ? await requestJson(`${address}?q=${encodeURIComponent(query)}`).catch(() => ({ found: [] }))
        : { found: [] };
      if (number !== searches) return; // a later search has begun
      list.replaceChildren(...found.map((each) => crel("li", {}, [choice(crel, each, () => take(each))])));
      status.textContent = query ? `${words.found}: ${found.length}` : "";
    };
    let pause;
    field.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(search, PAUSE);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const made = field.value.trim() ? parse(field.value.trim()) : null;
      if (made?.trouble) status.textContent = made.trouble;
      else take(made);
    });
    dialog.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const stops = [field, ...list.querySelectorAll("button")];
      if (!step || !stops.includes(event.target)) return;
      event.preventDefault();
      stops.at((stops.indexOf(event.target) + step) % stops.length).focus();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(chosen);
    });
    document.body.append(dialog);
    dialog.showModal();
    field.select();
    search();
  });
}

function choice(crel, { title, detail }, press) {
  const made = button(crel, "choice", title, press);
  if (detail) made.append(crel("small", { textContent: detail }));
  return made;
}

function button(crel, className, textContent, press) {
  const made = crel("button", { type: "button", className, textContent });
  made.addEventListener("click", press);
  return made;
}
