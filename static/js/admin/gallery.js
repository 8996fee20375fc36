// Shows the pictures of a gallery in place of their numbers, with buttons to add, move and remove them.

import { choosePicture, createThumbnail, loadPictures } from "./picture-chooser.js";

for (const frame of document.querySelectorAll("[data-gallery]")) begin(frame);

function begin(frame) {
  const field = document.getElementById(frame.dataset.gallery);
  const list = frame.querySelector("ol");
  const words = frame.dataset;
  field.hidden = true;
  const label = document.querySelector(`label[for="${field.id}"]`);
  label.id ||= `${field.id}_label`;
  list.setAttribute("aria-labelledby", label.id);

  const numbers = () => [...list.children].map((item) => Number(item.dataset.id));
  const keep = () => {
    field.value = numbers().join(", ");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const move = (item, step) => {
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(item);
    else other.after(item);
    keep();
  };

  const furnish = (item) => {
    const tools = item.appendChild(document.createElement("div"));
    const name = item.querySelector("span").textContent;
    const button = (sign, label, act) => {
      const made = tools.appendChild(
        Object.assign(document.createElement("button"), { type: "button", textContent: sign }),
      );
      made.title = label;
      made.setAttribute("aria-label", `${label}: ${name}`);
      made.addEventListener("click", () => {
        act();
        if (made.isConnected) made.focus();
      });
    };
    button("←", words.earlier, () => move(item, -1));
    button("→", words.later, () => move(item, 1));
    button("×", words.remove, () => {
      const next = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      keep();
      (next?.querySelector("button:last-child") ?? add).focus();
    });
    item.draggable = true;
    item.addEventListener("dragstart", (event) => {
      event.dataTransfer.effectAllowed = "move";
      item.classList.add("moving");
    });
    item.addEventListener("dragend", () => {
      item.classList.remove("moving");
      keep();
    });
    return item;
  };
  list.addEventListener("dragover", (event) => {
    const moving = list.querySelector(".moving");
    const over = event.target.closest("li");
    if (!moving) return;
    event.preventDefault();
    if (!over || over === moving) return;
    const isLater = moving.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (isLater) over.after(moving);
    else over.before(moving);
  });

  const createItem = (picture) => {
    const item = document.createElement("li");
    item.dataset.id = picture.id;
    const name = document.createElement("span");
    name.textContent = `№ ${picture.id} ${picture.label}`;
    item.append(createThumbnail(picture), name);
    return furnish(item);
  };

  const add = frame.appendChild(Object.assign(document.createElement("button"), { type: "button" }));
  add.className = "button";
  add.textContent = words.add;
  add.addEventListener("click", async () => {
    const picture = await choosePicture();
    if (!picture || numbers().includes(picture.id)) return;
    list.append(createItem(picture));
    keep();
  });

  // Another script filled the field, as autosave does when unsaved text is taken back.
  field.addEventListener("change", async () => {
    const wanted = (field.value.match(/\d+/g) ?? []).map(Number);
    if (wanted.join() === numbers().join()) return;
    const pictures = wanted.length ? await loadPictures(wanted) : new Map();
    list.replaceChildren(...wanted.filter((id) => pictures.has(id)).map((id) => createItem(pictures.get(id))));
  });
  [...list.children].forEach(furnish);
}
