// Shows a gallery's pictures large, one at a time. Without this script each is a link to the picture file.

for (const list of document.querySelectorAll("[data-gallery]")) begin(list);

function begin(list) {
  const figures = [...list.querySelectorAll("figure")];
  const links = figures.map((figure) => figure.querySelector("a"));
  const dialog = document.body.appendChild(document.createElement("dialog"));
  const frame = document.createElement("figure");
  const count = document.createElement("p");
  let shown = 0;

  const show = (number) => {
    shown = (number + figures.length) % figures.length;
    const picture = figures[shown].querySelector("picture").cloneNode(true);
    picture.querySelectorAll("source").forEach((source) => (source.sizes = "100vw"));
    picture.querySelector("img").loading = "eager";
    const caption = figures[shown].querySelector("figcaption")?.cloneNode(true);
    frame.replaceChildren(picture, ...(caption ? [caption] : []));
    count.textContent = `${shown + 1} / ${figures.length}`;
  };
  const button = (name, label, act) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: name });
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };

  dialog.className = "large-picture";
  dialog.setAttribute("aria-labelledby", list.parentElement.getAttribute("aria-labelledby"));
  frame.setAttribute("aria-live", "polite");
  dialog.append(
    frame,
    count,
    button("earlier", list.dataset.earlier, () => show(shown - 1)),
    button("later", list.dataset.later, () => show(shown + 1)),
    button("close", list.dataset.close, () => dialog.close()),
  );
  dialog.addEventListener("keydown", (event) => {
    const forward = getComputedStyle(dialog).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const step = { ArrowLeft: -1, ArrowRight: -1, [forward]: 1 }[event.key];
    if (step) show(shown + step);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the click was beside the picture
  });
  dialog.addEventListener("close", () => links[shown].focus());
  links.forEach((link, number) =>
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(number);
      dialog.showModal();
    }),
  );
}
