// One language switch for the whole form: a tab for each language's fieldset, which also shows how far the text is.
// Without this script the fieldsets stand one below the other.

const switcher = document.querySelector("[data-language-switch]");
if (switcher) build(switcher, switcher.dataset);

function build(switcher, words) {
  const tabs = [...switcher.querySelectorAll("fieldset.language")].map((fieldset) => makeTab(fieldset, words));
  if (!tabs.length) return; // a translator without a language
  const list = document.createElement("div");
  list.className = "language-tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", words.label);
  list.append(...tabs.map((tab) => tab.button));
  tabs[0].panel.before(list);

  const choose = (chosen) => {
    for (const { button, panel } of tabs) {
      panel.hidden = panel !== chosen.panel;
      button.setAttribute("aria-selected", button === chosen.button);
      button.tabIndex = button === chosen.button ? 0 : -1;
    }
    sessionStorage.setItem("language", chosen.code);
  };
  tabs.forEach((tab, index) => {
    tab.button.addEventListener("click", () => choose(tab));
    tab.button.addEventListener("keydown", (event) => {
      const next = {
        ArrowRight: tabs[(index + 1) % tabs.length],
        ArrowLeft: tabs.at(index - 1),
        Home: tabs[0],
        End: tabs.at(-1),
      }[event.key];
      if (!next) return;
      event.preventDefault();
      choose(next);
      next.button.focus();
    });
  });
  const remembered = sessionStorage.getItem("language");
  choose(tabs.find((tab) => tab.wrong) ?? tabs.find((tab) => tab.code === remembered) ?? tabs[0]);
}

function makeTab(fieldset, words) {
  const code = fieldset.className.match(/language-(\S+)/)[1];
  const heading = fieldset.querySelector(".fieldset-heading");
  const panel = document.createElement("div");
  panel.id = `language-${code}`;
  panel.setAttribute("role", "tabpanel");
  fieldset.replaceWith(panel);
  panel.append(fieldset);

  const button = document.createElement("button");
  button.type = "button";
  button.id = `${panel.id}-tab`;
  button.lang = code;
  button.setAttribute("role", "tab");
  button.setAttribute("aria-controls", panel.id);
  panel.setAttribute("aria-labelledby", button.id);
  heading.hidden = true;

  const wrong = fieldset.querySelector(".errors, .errorlist") !== null;
  const mark = document.createElement("small");
  mark.lang = document.documentElement.lang;
  button.append(heading.textContent.trim(), mark);
  const show = () => {
    button.dataset.state = wrong ? "wrong" : state(fieldset, code);
    mark.textContent = words[button.dataset.state];
  };
  fieldset.addEventListener("input", show);
  show();
  return { code, button, panel, wrong };
}

function state(fieldset, code) {
  const written = (name) => fieldset.querySelector(`[name="${name}_${code}"]`)?.value.trim();
  if (written("title") && written("body")) return "written";
  return written("title") || written("body") || written("lead") ? "begun" : "empty";
}
