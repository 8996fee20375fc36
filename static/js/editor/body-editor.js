// Opens a rich text editor in each field that wants one. The field holds the HTML and is sent with the form as before.

import { links } from "./links.js";
import { cleanPaste } from "./paste.js";
import { picture } from "./picture.js";
import { speaker } from "./quotation.js";
import { revisedText } from "./revised-text.js";
import { keys } from "./shortcuts.js";
import { typography } from "./typography.js";
import { video } from "./video.js";
import { counts } from "./word-count.js";

const GROUPS = [
  ["paragraph", "heading2", "heading3"],
  ["bold", "italic", "link", "unlink"],
  ["bulletList", "orderedList", "blockquote", "cite", "picture", "video", "horizontalRule"],
  [
    "table",
    "table:addRowAfter",
    "table:deleteRow",
    "table:addColumnAfter",
    "table:deleteColumn",
    "table:toggleHeaderCell",
    "table:deleteTable",
  ],
  ["history:undo", "history:redo"],
];

for (const textarea of document.querySelectorAll("[data-body-editor]")) open(textarea);

async function open(textarea) {
  const words = JSON.parse(textarea.dataset.bodyEditor);
  translateDialogs(words.dialogs);
  const prose = await import(words.module);

  const frame = document.createElement("div");
  frame.className = "prose-editor";
  textarea.before(frame);
  frame.append(textarea);

  const editor = new prose.Editor({
    element: frame,
    extensions: extensions(prose, words, textarea.lang),
    content: textarea.value,
    injectCSS: false, // the content policy refuses style elements, so admin.css has these rules
    editorProps: { attributes: buildAttributes(textarea) },
    onUpdate: ({ editor }) => {
      textarea.value = editor.isEmpty ? "" : editor.getHTML();
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  labelOf(textarea).addEventListener("click", () => editor.commands.focus());
  textarea.addEventListener("change", () => editor.commands.setContent(textarea.value)); // another script filled it
}

// The library calls gettext for the words of its dialogs once, while it loads.
function translateDialogs(dialogs) {
  const gettext = window.gettext ?? ((words) => words);
  window.gettext = (words) => dialogs[words] ?? gettext(words);
}

function labelOf(textarea) {
  return document.querySelector(`label[for="${textarea.id}"]`);
}

function buildAttributes(textarea) {
  const label = labelOf(textarea);
  label.id ||= `${textarea.id}_label`;
  const attributes = {
    role: "textbox",
    "aria-multiline": "true",
    "aria-labelledby": label.id,
    lang: textarea.lang,
    spellcheck: "true",
  };
  const help = textarea.getAttribute("aria-describedby");
  if (help) attributes["aria-describedby"] = help;
  return attributes;
}

function extensions(prose, words, language) {
  const {
    Blockquote,
    Bold,
    BulletList,
    Document,
    Dropcursor,
    Gapcursor,
    HardBreak,
    Heading,
    History,
    HorizontalRule,
    Italic,
    ListItem,
    Menu,
    OrderedList,
    Paragraph,
    SpecialCharacters,
    Table,
    TableCell,
    TableHeader,
    TableRow,
    Text,
  } = prose;
  return [
    Document,
    Text,
    Paragraph,
    HardBreak,
    Heading.configure({ levels: [2, 3] }),
    Bold,
    Italic,
    Blockquote,
    speaker(prose, words.words, words.addresses.people),
    prose.Superscript,
    prose.Subscript,
    ...revisedText(prose),
    BulletList,
    OrderedList.configure({ enableListAttributes: false }),
    ListItem.extend({ addAttributes: () => ({ value: { default: null } }) }),
    HorizontalRule,
    picture(prose),
    ...video(prose, words.video, words.addresses.clean),
    links(prose, words.words, words.addresses.articles),
    Table,
    TableRow,
    TableHeader,
    TableCell,
    History,
    Dropcursor,
    Gapcursor,
    SpecialCharacters,
    cleanPaste(prose, words.addresses.clean),
    typography(prose, language),
    counts(prose, words.words),
    keys(prose),
    Menu.configure({ items: (tools) => toolbar(tools, words) }),
    labelToolbar(prose, words),
  ];
}

function toolbar({ editor, menu }, words) {
  const items = new Map(menu.items("nodes blockType marks link table history").map((item) => [item.name, item]));
  for (const [name, label] of Object.entries(words.buttons)) {
    const button = items.get(name).button;
    button.title = label;
    button.setAttribute("aria-label", label);
  }
  return GROUPS.map((names) =>
    menu.buttonGroup(
      { editor },
      names.map((name) => items.get(name)),
    ),
  );
}

// Tells screen readers the state of each button, which others see by its colour, and makes the toolbar a single Tab stop.
function labelToolbar({ Extension }, words) {
  return Extension.create({
    name: "namedToolbar",
    priority: 1, // after the menu, whose toolbar and listeners it finds
    onCreate({ editor }) {
      const bar = editor.storage.menu.dom;
      bar.setAttribute("role", "toolbar");
      bar.setAttribute("aria-label", words.toolbar);
      const buttons = [...bar.querySelectorAll("button")];
      const shown = () => buttons.filter((button) => !button.classList.contains("hidden"));
      const stop = (chosen) => buttons.forEach((button) => (button.tabIndex = button === chosen ? 0 : -1));
      const tell = () => {
        for (const button of buttons) {
          button.setAttribute("aria-pressed", button.classList.contains("active"));
          button.setAttribute("aria-disabled", button.classList.contains("disabled"));
        }
        if (!shown().some((button) => button.tabIndex === 0)) stop(shown()[0]);
      };
      bar.addEventListener("focusin", (event) => stop(event.target));
      bar.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const all = shown();
        all.at((all.indexOf(event.target) + step) % all.length).focus();
      });
      stop(buttons[0]);
      editor.on("transaction", tell);
      tell();
    },
  });
}
