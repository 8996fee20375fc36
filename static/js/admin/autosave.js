// Keeps what is typed into an article's form: at once in this browser, every few seconds on the server. What was not
// saved is offered when the form opens again. The same request tells who else has the article open.

import { ask, csrfToken } from "./request.js";

const TICK = 2_000;
const CHANGED = 4_000;
const CALM = 6_000;
const HIDDEN_FOR_LONG = 5 * 60_000;
const LIFE = 30 * 24 * 3_600_000;
const SLOTS = "autosaves/"; // then the person, the article, the form
const LARGEST_FAREWELL = 60_000; // a browser sends no more of a page that is being left

const frame = document.querySelector("[data-autosave]");
if (frame) begin(frame, frame.closest("form"));

function begin(frame, form) {
  const { autosave: address, user, article, bound } = frame.dataset;
  const base = form.elements.base;
  const slots = `${SLOTS}${user}/${article}/`;
  let key = bound || freshKey(); // a form that came back with an error goes on under its key
  let kept = "{}"; // what this browser has,
  let posted = "{}"; // and what the server has
  let inBrowser = true;
  let submitted = false;
  let sending = false;
  let sentAt = 0;
  let pause = CALM;
  let hiddenAt = 0;

  const read = () => {
    const changed = fields(form).filter((field) => bound || isChanged(field));
    return Object.fromEntries(changed.map((field) => [field.name, readValue(field)]));
  };

  const keep = () => {
    const content = read();
    const text = JSON.stringify(content);
    if (text === kept) return;
    if (submitted) key = freshKey(); // what was submitted may be saved under the old one by now
    submitted = false;
    kept = text;
    inBrowser = store(slots + key, text === "{}" ? null : { base: base.value, content, at: Date.now() });
  };

  const send = async (keepalive = false) => {
    const text = kept;
    const content = text === posted ? undefined : JSON.parse(text);
    const body = JSON.stringify({ key, base: Number(base.value) || null, content });
    if (keepalive && body.length * 3 > LARGEST_FAREWELL) return; // bytes of a letter, at most
    sending = true;
    sentAt = Date.now();
    try {
      const answer = await ask(address, "POST", { body, keepalive });
      posted = text;
      say(frame, "trouble", null);
      tellOthers(frame, answer.others);
      pause = CHANGED;
    } catch (error) {
      say(frame, "trouble", inBrowser ? (error.signedOut ? "signed-out" : "away") : "nowhere");
      pause = CALM;
    }
    sending = false;
  };

  const tick = () => {
    keep();
    if (sending || (document.hidden && Date.now() - hiddenAt > HIDDEN_FOR_LONG)) return;
    if (Date.now() - sentAt >= (kept === posted ? CALM : pause)) send();
  };

  const leave = () => {
    keep();
    if (kept !== posted) send(true);
  };

  const forget = (copy) => {
    store(slots + copy.key, null);
    ask(`${address}?key=${copy.key}`, "DELETE").catch(() => {}); // then it is offered once more
  };

  const offer = ([copy, ...rest]) => {
    if (!copy) return;
    const decided = (what) => {
      forget(copy);
      say(frame, "offer", what).focus();
      if (rest.length) offer(rest).focus();
    };
    const shown = say(frame, "offer", "found");
    const time = shown.querySelector("time");
    time.dateTime = new Date(copy.at).toISOString();
    time.textContent = new Date(copy.at).toLocaleString(document.documentElement.lang, {
      day: "numeric",
      month: "long",
      hour: "2-digit",
      minute: "2-digit",
    });
    shown.querySelector("[data-take]").addEventListener("click", () => {
      fill(form, copy.content);
      if (copy.base) base.value = copy.base; // so that saving merges what others have saved since
      keep();
      decided("back");
    });
    shown.querySelector("[data-throw]").addEventListener("click", () => decided("thrown"));
    return shown.querySelector("[data-take]");
  };

  const meet = async () => {
    const { saved, text } = await ask(address, "GET").catch(() => ({ saved: [], text: null }));
    saved.forEach((each) => store(slots + each, null));
    keep();
    const copies = stored(slots).filter((copy) => copy.key !== key);
    if (text && text.key !== key && !copies.some((copy) => copy.key === text.key)) {
      const copy = { ...text, at: Date.now() - text.age * 1000 };
      store(slots + copy.key, copy); // its place on the server is soon taken by what is typed now
      copies.push(copy);
    }
    const differing = copies.filter((copy) => differs(form, copy.content));
    copies.filter((copy) => !differing.includes(copy)).forEach(forget);
    offer(differing.sort((one, other) => other.at - one.at));
  };

  form.addEventListener("submit", () => {
    keep();
    submitted = true;
    hidden(form, "autosave_key").value = key;
    form.elements.csrfmiddlewaretoken.value = csrfToken() || form.elements.csrfmiddlewaretoken.value; // of a new sign-in
  });
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => {
    hiddenAt = Date.now();
    if (document.hidden) leave();
    else tick();
  });
  meet().then(() => {
    tick();
    setInterval(tick, TICK);
  });
}

// This browser

function freshKey() {
  return Date.now().toString(36) + Math.random().toString(36).slice(2, 12);
}

function store(slot, copy) {
  try {
    if (copy) localStorage.setItem(slot, JSON.stringify(copy));
    else localStorage.removeItem(slot);
    return true;
  } catch {
    return false; // full, or not allowed
  }
}

function stored(slots) {
  try {
    const found = Object.keys(localStorage)
      .filter((slot) => slot.startsWith(SLOTS))
      .map((slot) => ({ ...JSON.parse(localStorage.getItem(slot)), slot, key: slot.slice(slots.length) }));
    const isOld = (copy) => Date.now() - copy.at > LIFE;
    found.filter(isOld).forEach((copy) => store(copy.slot, null)); // of any article
    return found.filter((copy) => copy.slot.startsWith(slots) && !isOld(copy));
  } catch {
    return []; // not allowed
  }
}

// The form

function fields(form) {
  const of = form.querySelector("[data-language-switch]");
  return [...of.querySelectorAll("input, select, textarea")].filter(
    (field) => field.name && !["hidden", "submit", "button", "file"].includes(field.type),
  );
}

function isChanged(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const first = [...field.options].filter((option) => option.defaultSelected);
  if (!first.length && !field.multiple) return field.selectedIndex > 0;
  return (
    JSON.stringify(first.map((option) => option.value)) !== JSON.stringify(chosen(field).map((option) => option.value))
  );
}

function chosen(select) {
  return [...select.options].filter((option) => option.selected);
}

function readValue(field) {
  if (field.type === "checkbox") return field.checked;
  return field.options ? chosen(field).map((option) => [option.value, option.text]) : field.value;
}

function differs(form, content) {
  const bare = (value) => JSON.stringify(Array.isArray(value) ? value.map(([each]) => each).sort() : value);
  return fields(form).some((field) => field.name in content && bare(content[field.name]) !== bare(readValue(field)));
}

function fill(form, content) {
  for (const field of fields(form)) {
    if (!(field.name in content)) continue;
    const value = content[field.name];
    if (field.type === "checkbox") field.checked = value;
    else if (field.options) choose(field, value);
    else field.value = value;
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
  }
}

// An autocomplete has only those options that were chosen once.
function choose(select, pairs) {
  for (const option of select.options) option.selected = false;
  for (const [value, label] of pairs) {
    const option =
      [...select.options].find((each) => each.value === value) ?? select.appendChild(new Option(label, value));
    option.selected = true;
  }
}

function hidden(form, name) {
  const field =
    form.elements[name] ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden" }));
  field.name = name;
  return field;
}

// What the editor is told

function say(frame, place, what) {
  const status = frame.querySelector(`[data-place="${place}"]`);
  if (status.dataset.said === (what ?? "")) return status.firstElementChild;
  status.dataset.said = what ?? "";
  status.replaceChildren(
    ...(what ? frame.querySelector(`template[data-say="${what}"]`).content.cloneNode(true).children : []),
  );
  return status.firstElementChild;
}

function tellOthers(frame, names) {
  const shown = say(frame, "others", names.length ? "others" : null)?.querySelector("span");
  const text = names.join(", ");
  if (shown && shown.textContent !== text) shown.textContent = text;
}
