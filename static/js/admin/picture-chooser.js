// The library in a dialog: choosePicture() resolves to the picture that was pressed, or to nothing. loadPictures() returns those
// with the given numbers; loadPicture() returns one, and a single request serves all calls made at the same time.

import { requestJson } from "./request.js";

const dialog = document.querySelector("[data-chooser]");
let done = () => {};
let before = null;
let searches = 0;

export function choosePicture() {
  dialog.querySelector("[name=q]").value = "";
  show();
  dialog.showModal();
  return new Promise((resolve) => (done = resolve));
}

export async function loadPictures(numbers) {
  const { pictures } = await findPictures({ numbers: numbers.join(",") });
  return new Map(pictures.map((picture) => [picture.id, picture]));
}

const requested = new Set();
let batch = null;

export async function loadPicture(number) {
  requested.add(number);
  batch ??= Promise.resolve().then(() => {
    const numbers = [...requested];
    requested.clear();
    batch = null;
    return loadPictures(numbers);
  });
  return (await batch).get(number);
}

if (dialog) {
  dialog.addEventListener("close", () => done(null));
  dialog.querySelector("[data-search]").addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  dialog.querySelector("[name=q]").addEventListener("input", () => show());
  dialog.querySelector("[data-more]").addEventListener("click", () => show(before));
  dialog.addEventListener("uploaded", ({ detail }) => dialog.querySelector("ul").prepend(createEntry(detail)));
}

function findPictures(query) {
  return requestJson(`${dialog.dataset.chooser}?${new URLSearchParams(query)}`);
}

async function show(from = null) {
  const mine = ++searches;
  const query = { q: dialog.querySelector("[name=q]").value, ...(from ? { before: from } : {}) };
  const found = await findPictures(query).catch(() => ({ pictures: [], before: null }));
  if (mine !== searches) return; // a later search has begun
  const list = dialog.querySelector("ul");
  if (!from) list.replaceChildren();
  list.append(...found.pictures.map(createEntry));
  before = found.before;
  dialog.querySelector("[data-more]").hidden = !before;
  dialog.querySelector("[data-none]").hidden = Boolean(list.children.length);
}

function createEntry(picture) {
  const item = document.createElement("li");
  const button = item.appendChild(Object.assign(document.createElement("button"), { type: "button" }));
  button.append(createThumbnail(picture), picture.label);
  button.addEventListener("click", () => {
    done(picture);
    dialog.close();
  });
  return item;
}

export function createThumbnail(picture) {
  return Object.assign(document.createElement("img"), {
    src: picture.thumbnail,
    alt: "",
    className: picture.focus,
    loading: "lazy",
  });
}
