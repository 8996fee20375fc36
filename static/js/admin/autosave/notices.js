// What the editor is told: each place of the frame shows a copy of one of its templates, or nothing.

const LONGEST_EXCERPT = 160;

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

  // Offers the copies, the newest first, and returns the button that takes the first one back. The copy with the key
  // `wanted` was asked for on the desk, so it is taken back without another question.
  offerCopies(copies, session, wanted = "") {
    const [copy, ...rest] = copies;
    if (!copy) {
      this.#show("offer", null);
      return null;
    }
    const decide = (notice) => {
      session.discard(copy);
      this.offerCopies(rest, session);
      this.#show("outcome", notice).focus();
    };
    const takeBack = () => {
      session.restore(copy);
      decide("back");
    };
    if (copy.key === wanted) {
      takeBack();
      return null;
    }
    this.#describeCopy(copy, rest.length, {
      take: takeBack,
      throw: () => decide("thrown"),
      next: () => this.offerCopies([...rest, copy], session)?.focus(),
    });
    return this.frame.querySelector("[data-take]");
  }

  #describeCopy(copy, others, actions) {
    this.#show("offer", null);
    const offer = this.#show("offer", "found");
    const time = offer.querySelector("time");
    time.dateTime = new Date(copy.at).toISOString();
    time.textContent = formatTime(copy.at);
    offer.querySelector(".excerpt").textContent = excerpt(copy.content);
    const next = offer.querySelector("[data-next]");
    next.hidden = !others;
    next.querySelector("span").textContent = others;
    for (const [name, act] of Object.entries(actions))
      offer.querySelector(`[data-${name}]`).addEventListener("click", act);
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

// The beginning of what was typed, without the tags of a text.
export function excerpt(content) {
  const words = Object.values(content).filter((value) => typeof value === "string");
  const text = words.map((value) => value.replace(/<[^>]*>/g, " ")).join(" ");
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST_EXCERPT ? `${line.slice(0, LONGEST_EXCERPT)}…` : line;
}
