// The library in a dialog: choose() resolves to the picture that was pressed, or to nothing. describe() tells of those
// with the given numbers; about() of one, together with all others that are asked about at the same time.

import { requestJson } from "./request.js";

const dialog = document.querySelector("[data-chooser]");
let done = () => {};
let before = null;
let asked = 0;

export function choose() {
  dialog.querySelector("[name=q]").value = "";
  show();
  dialog.showModal();
  return new Promise((resolve) => (done = resolve));
}

export async function describe(numbers) {
  const { pictures } = await find({ numbers: numbers.join(",") });
  return new Map(pictures.map((picture) => [picture.id, picture]));
}

const wanted = new Set();
let soon = null;

export async function about(number) {
  wanted.add(number);
  soon ??= Promise.resolve().then(() => {
    const numbers = [...wanted];
    wanted.clear();
    soon = null;
    return describe(numbers);
  });
  return (await soon).get(number);
}

if (dialog) {
  dialog.addEventListener("close", () => done(null));
  dialog.querySelector("[data-search]").addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  dialog.querySelector("[name=q]").addEventListener("input", () => show());
  dialog.querySelector("[data-more]").addEventListener("click", () => show(before));
  dialog.addEventListener("uploaded", ({ detail }) => dialog.querySelector("ul").prepend(entry(detail)));
}

function find(query) {
  return requestJson(`${dialog.dataset.chooser}?${new URLSearchParams(query)}`);
}

async function show(from = null) {
  const mine = ++asked;
  const query = { q: dialog.querySelector("[name=q]").value, ...(from ? { before: from } : {}) };
  const found = await find(query).catch(() => ({ pictures: [], before: null }));
  if (mine !== asked) return; // something else was asked for since
  const list = dialog.querySelector("ul");
  if (!from) list.replaceChildren();
  list.append(...found.pictures.map(entry));
  before = found.before;
  dialog.querySelector("[data-more]").hidden = !before;
  dialog.querySelector("[data-none]").hidden = Boolean(list.children.length);
}

function entry(picture) {
  const item = document.createElement("li");
  const button = item.appendChild(Object.assign(document.createElement("button"), { type: "button" }));
  button.append(image(picture), picture.label);
  button.addEventListener("click", () => {
    done(picture);
    dialog.close();
  });
  return item;
}

export function image(picture) {
  return Object.assign(document.createElement("img"), {
    src: picture.thumbnail,
    alt: "",
    className: picture.focus,
    loading: "lazy",
  });
}
