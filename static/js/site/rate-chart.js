// The value of a day under the pointer, the finger or the arrow keys. Without this the chart and its table stand alone.
const DAY = 86400000;

for (const figure of document.querySelectorAll("[data-chart]")) {
  const drawings = figure.querySelectorAll("svg");
  const first = Date.parse(figure.dataset.first);
  const days = (Date.parse(figure.dataset.last) - first) / DAY;
  if (days < 1) continue;

  // Written as the page writes its figures, every digit as the bank gave it: 1 554,28 or 1,554.28.
  function written(value) {
    const [whole, parts] = value.split(".");
    return `${whole.replace(/\B(?=(\d{3})+$)/g, figure.dataset.group)}${figure.dataset.decimal}${parts}`;
  }

  const picker = document.createElement("div");
  picker.className = "chart-picker";
  const slider = document.createElement("input");
  slider.type = "range";
  slider.max = days;
  slider.value = days;
  slider.setAttribute("aria-label", figure.dataset.label);
  const output = document.createElement("output");
  picker.append(slider, output);
  figure.querySelector("figcaption").before(picker);

  // Asked for when somebody first wants a value: the same figures that programs get.
  let asked;
  function history() {
    asked ??= fetch(figure.dataset.history)
      .then((response) => response.json())
      .then(({ rates }) => rates.map((rate) => ({ ...rate, at: (Date.parse(rate.day) - first) / DAY })));
    return asked;
  }

  // The rate in force on a day: the newest that is not later.
  function inForce(rates, at) {
    let low = 0;
    let high = rates.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (rates[middle].at <= at) low = middle;
      else high = middle - 1;
    }
    return rates[low];
  }

  function place(drawing, rate) {
    const { left, right, top, bottom, low, high } = drawing.dataset;
    const value = (Number(rate.value) * Number(figure.dataset.nominal)) / rate.nominal;
    const x = Number(left) + ((right - left) * rate.at) / days;
    const y = bottom - ((bottom - top) * (value - low)) / (high - low);
    const mark = drawing.querySelector("[data-mark]");
    mark.classList.add("is-set");
    mark.querySelector("path").setAttribute("transform", `translate(${x} 0)`);
    mark.querySelector("circle").setAttribute("transform", `translate(${x} ${y})`);
  }

  async function show() {
    const rate = inForce(await history(), Number(slider.value));
    const units = rate.nominal === 1 ? "" : ` / ${rate.nominal}`;
    output.textContent = `${rate.day.split("-").reverse().join(".")}: ${written(rate.value)} ₸${units}`;
    slider.setAttribute("aria-valuetext", output.textContent);
    for (const drawing of drawings) place(drawing, rate);
  }

  slider.addEventListener("input", show);
  slider.addEventListener("focus", show);
  for (const drawing of drawings) {
    drawing.addEventListener("pointermove", follow);
    drawing.addEventListener("pointerdown", follow);
    function follow(event) {
      const box = drawing.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * drawing.viewBox.baseVal.width;
      const { left, right } = drawing.dataset;
      slider.value = Math.round(((x - left) / (right - left)) * days);
      show();
    }
  }
}
