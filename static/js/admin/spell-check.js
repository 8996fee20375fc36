// Checks the spelling of one language without leaving the form. Without this script the result opens as a page.

import { csrfToken } from "./request.js";

for (const button of document.querySelectorAll("[data-spelling]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    check(button, button.parentElement);
  });
}

async function check(button, place) {
  const status = place.querySelector('[role="status"]');
  const typed = new FormData();
  for (const name of ["title", "lead", "body"]) {
    const field = `${name}_${button.dataset.spelling}`;
    typed.set(field, button.form.elements[field]?.value ?? "");
  }
  button.setAttribute("aria-busy", "true");
  status.replaceChildren((await answer(button.formAction, typed)) ?? sentence(place.dataset.away));
  button.removeAttribute("aria-busy");
}

async function answer(address, body) {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken() },
      redirect: "manual",
      body,
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector("[data-found]");
  } catch {
    return null;
  }
}

function sentence(words) {
  const made = document.createElement("p");
  made.textContent = words;
  return made;
}
