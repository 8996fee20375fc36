// What the editor is told: each place of the frame shows a copy of one of its templates, or nothing.

export class Notices {
  constructor(frame) {
    this.frame = frame;
  }

  showTrouble(name) {
    this.#show("trouble", name);
  }

  showOthers(names) {
    const span = this.#show("others", names.length ? "others" : null)?.querySelector("span");
    const text = names.join(", ");
    if (span && span.textContent !== text) span.textContent = text; // a screen reader reads out every change
  }

  // Offers the copies one after the other, and returns the button that takes the first one back.
  offerCopies([copy, ...rest], session) {
    if (!copy) return null;
    const offer = this.#show("offer", "found");
    const takeBack = offer.querySelector("[data-take]");
    const time = offer.querySelector("time");
    const decide = (notice) => {
      session.discard(copy);
      this.#show("offer", notice).focus();
      this.offerCopies(rest, session)?.focus();
    };
    time.dateTime = new Date(copy.at).toISOString();
    time.textContent = formatTime(copy.at);
    takeBack.addEventListener("click", () => {
      session.restore(copy);
      decide("back");
    });
    offer.querySelector("[data-throw]").addEventListener("click", () => decide("thrown"));
    return takeBack;
  }

  #show(place, name) {
    const status = this.frame.querySelector(`[data-place="${place}"]`);
    if (status.dataset.said === (name ?? "")) return status.firstElementChild;
    status.dataset.said = name ?? "";
    status.replaceChildren(...(name ? this.#copyTemplate(name) : []));
    return status.firstElementChild;
  }

  #copyTemplate(name) {
    return this.frame.querySelector(`template[data-say="${name}"]`).content.cloneNode(true).children;
  }
}

function formatTime(at) {
  return new Date(at).toLocaleString(document.documentElement.lang, {
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  });
}
