// The converter's answer while one types. The server works it out: one rule of rounding, one way to write numbers.
for (const form of document.querySelectorAll("[data-converter]")) {
  const answer = form.parentElement.querySelector("[data-converted]");
  let waiting;
  let running;

  async function ask() {
    running?.abort();
    running = new AbortController();
    const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    try {
      const response = await fetch(address, { signal: running.signal });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const said = page.querySelector("[data-converted]");
      const problems = page.querySelectorAll("[data-converter] .field-error");
      answer.replaceChildren(...said.childNodes, ...problems);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 200);
  }

  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    ask();
  });
}
