// Keyboard shortcuts of an article's form: Ctrl+S saves, Ctrl+Enter offers the next steps and saves, ? lists the shortcuts.

const help = document.querySelector("[data-keys]");
const next = document.querySelector("[data-next]");
if (help) begin();

function begin() {
  const opener = document.querySelector("[data-keys-open]");
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
  for (const dialog of [help, next]) {
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  }
  document.addEventListener("keydown", press, true); // before the editor, for which Ctrl+Enter is a new line
}

function press(event) {
  const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (document.querySelector("dialog[open]")) return;
  if (control && event.code === "KeyS") act(event, save);
  else if (control && event.key === "Enter") act(event, askWhatNext);
  else if (event.key === "?" && !control && !isField(event.target)) act(event, () => help.showModal());
}

function act(event, what) {
  event.preventDefault();
  event.stopPropagation();
  what();
}

function isField(element) {
  return element.isContentEditable || element.matches("input, select, textarea");
}

function save() {
  const button = (name) => document.querySelector(`.submit-row [name=${name}]`);
  (button("_continue") ?? button("_save"))?.click();
}

// One key press must not publish: it only puts the focus on the first step.
function askWhatNext() {
  const verbs = document.querySelector(".submit-row").querySelectorAll(".verb");
  if (!verbs.length) return save();
  next.querySelector("[data-verbs]").replaceChildren(...[...verbs].map(button));
  next.showModal();
}

function button(verb) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "choice";
  made.textContent = verb.value;
  made.addEventListener("click", () => {
    next.close();
    verb.click();
  });
  return made;
}
