// Shows the rate of the day under the pointer or finger, or chosen by the arrow keys. The chart and its table do without this.
const DAY = 86400000;

for (const figure of document.querySelectorAll("[data-chart]")) {
  const drawings = figure.querySelectorAll("svg");
  const first = Date.parse(figure.dataset.first);
  const days = (Date.parse(figure.dataset.last) - first) / DAY;
  if (days < 1) continue;

  // Formats a rate as the page does, with every digit that the bank gave: 1 554,28 or 1,554.28.
  function formatRate(value) {
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

  // The history is fetched when a value is first needed; it is the same that the API serves.
  let request;
  function loadHistory() {
    request ??= fetch(figure.dataset.history)
      .then((response) => response.json())
      .then(({ rates }) => rates.map((rate) => ({ ...rate, at: (Date.parse(rate.day) - first) / DAY })));
    return request;
  }

  // The rate in force on a day is the newest that is not later.
  function findRate(rates, at) {
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
    const rate = findRate(await loadHistory(), Number(slider.value));
    const units = rate.nominal === 1 ? "" : ` / ${rate.nominal}`;
    output.textContent = `${rate.day.split("-").reverse().join(".")}: ${formatRate(rate.value)} ₸${units}`;
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
