// Sets a picture's focal point by a click on it or by the arrow keys, and shows at once how the picture will be cropped.
// The two number fields hold the point; without this script they are filled in by hand.

const picture = document.querySelector("[data-focal]");
const fields = ["x", "y"].map((axis) => document.getElementById(`id_focus_${axis}`));
if (picture && fields.every(Boolean)) begin();

function begin() {
  const point = document.createElement("button");
  point.type = "button";
  picture.append(point);

  const show = () => {
    const [x, y] = fields.map((field) => within(Number(field.value)));
    point.style.left = `${x}%`; // in right-to-left pages too
    point.style.top = `${y}%`;
    point.setAttribute("aria-label", picture.dataset.label.replace("{x}", x).replace("{y}", y));
    for (const cut of document.querySelectorAll(".cut")) cut.style.objectPosition = `${x}% ${y}%`;
  };
  const set = (values) => {
    fields.forEach((field, index) => (field.value = within(Math.round(values[index]))));
    show();
  };

  picture.addEventListener("click", (event) => {
    if (!event.detail) return; // the button was pressed by the keyboard
    const { left, top, width, height } = picture.getBoundingClientRect();
    set([((event.clientX - left) / width) * 100, ((event.clientY - top) / height) * 100]);
    point.focus({ preventScroll: true });
  });
  point.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    set(fields.map((field, index) => Number(field.value) + step[index] * (event.shiftKey ? 10 : 1)));
  });
  for (const field of fields) field.addEventListener("input", show);
  show();
}

function within(value) {
  return Math.min(100, Math.max(0, value || 0));
}
