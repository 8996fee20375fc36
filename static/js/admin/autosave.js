// Saves what is typed into a form at each pause in typing and when the page is left, in this browser and on the server. Text
// that was not saved is offered when the form opens again. The same requests tell who else has the form open.

import { differsFrom, fillForm, readContent, setHiddenField } from "./autosave/form-fields.js";
import { LocalCopies } from "./autosave/local-copies.js";
import { Notices } from "./autosave/notices.js";
import { AutosaveSession } from "./autosave/session.js";
import { csrfToken, requestJson } from "./request.js";

const TICK = 2_000;

const frame = document.querySelector("[data-autosave]");
if (frame) start(frame, frame.closest("form"));

async function start(frame, form) {
  const { autosave: address, user, form: place, bound } = frame.dataset;
  const notices = new Notices(frame);
  const session = new AutosaveSession({
    key: bound,
    form: describeForm(form, Boolean(bound)),
    copies: new LocalCopies(() => localStorage, user, place),
    server: connect(address),
    notices,
    getTime: Date.now,
    hiddenAt: document.hidden ? 0 : null, // a tab opened in the background is not worth a request before it is seen
  });
  listen(session, form);
  const wanted = new URLSearchParams(location.search).get("continue") ?? "";
  notices.offerCopies(await session.findCopies(wanted), session, wanted);
  session.tick();
  setInterval(() => session.tick(), TICK);
}

function describeForm(form, includeUnchanged) {
  const { base } = form.elements;
  return {
    get base() {
      return base?.value ?? "";
    },
    set base(value) {
      if (base) base.value = value; // only an article has revisions
    },
    readContent: () => readContent(form, includeUnchanged),
    differsFrom: (content) => differsFrom(form, content),
    fill: (content) => fillForm(form, content),
  };
}

function connect(address) {
  return {
    get: (wanted) => requestJson(wanted ? `${address}?key=${encodeURIComponent(wanted)}` : address),
    post: (body, keepalive) => requestJson(address, "POST", { body, keepalive }),
    delete: (key) => requestJson(`${address}?key=${key}`, "DELETE"),
  };
}

function listen(session, form) {
  form.addEventListener("submit", () => {
    session.submit();
    setHiddenField(form, "autosave_key", session.key);
    const token = form.elements.csrfmiddlewaretoken;
    token.value = csrfToken() || token.value; // of a new sign-in in another tab
  });
  for (const type of ["input", "change"]) form.addEventListener(type, () => session.type());
  window.addEventListener("pagehide", () => session.leave());
  document.addEventListener("visibilitychange", () => (document.hidden ? session.hide() : session.show()));
}
