// Shows the converter's result while a reader types. The server calculates it, so that there is one rule of rounding and one
// way to format numbers.
for (const form of document.querySelectorAll("[data-converter]")) {
  const answer = form.parentElement.querySelector("[data-converted]");
  let waiting;
  let running;

  async function convert() {
    running?.abort();
    running = new AbortController();
    const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    try {
      const response = await fetch(address, { signal: running.signal });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const result = page.querySelector("[data-converted]");
      const problems = page.querySelectorAll("[data-converter] .field-error");
      answer.replaceChildren(...result.childNodes, ...problems);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  function convertSoon() {
    clearTimeout(waiting);
    waiting = setTimeout(convert, 200);
  }

  form.addEventListener("input", convertSoon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    convert();
  });
}
