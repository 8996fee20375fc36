// No module, as it runs before the page is drawn.
try {
  const choices = JSON.parse(localStorage.getItem("comfort"));
  if (choices) {
    Object.assign(document.documentElement.dataset, choices);
    const href = document.currentScript.dataset.sheet;
    document.head.append(
      Object.assign(document.createElement("link"), { rel: "stylesheet", href, blocking: "render" }),
    );
  }
} catch {}
