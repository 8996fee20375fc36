// The form of the accessibility page. What is chosen is kept in this browser alone (comfort.js applies it on every page).
const form = document.querySelector("[data-comfort]");
const { dataset } = document.documentElement;
const names = [...new Set([...form.querySelectorAll("input")].map((field) => field.name))];

function show() {
  for (const field of form.querySelectorAll("input")) field.checked = (dataset[field.name] ?? "") === field.value;
}

function choose(choices) {
  for (const name of names) {
    if (choices[name]) dataset[name] = choices[name];
    else delete dataset[name];
  }
  try {
    if (Object.keys(choices).length) localStorage.setItem("comfort", JSON.stringify(choices));
    else localStorage.removeItem("comfort");
  } catch {
    // The storage is closed: the choice holds on this page alone.
  }
  show();
}

form.hidden = false;
show();
form.addEventListener("change", () => choose(Object.fromEntries([...new FormData(form)].filter(([, value]) => value))));
form.addEventListener("reset", (event) => {
  event.preventDefault();
  choose({});
});
