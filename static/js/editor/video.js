// Videos in the text: YouTube or another site, by an address that somebody pastes. The server's sanitiser knows which
// addresses are videos, so each address goes to it before a video is inserted.

import { choosePicture, loadPicture } from "../admin/picture-chooser.js";
import { requestJson } from "../admin/request.js";

const LONE_ADDRESS = /^https:\/\/(www\.|m\.|music\.)?(youtube\.com|youtu\.be)\/\S+$/;

export function video(prose, words, address) {
  const { Extension, Node, Plugin } = prose;
  const node = Node.create({
    name: "video",
    group: "block",
    atom: true,
    draggable: true,
    priority: 50, // an empty text consists of the first kind of block, which must stay the paragraph
    addAttributes: () => ({ kept: { default: "" }, title: { default: "" }, still: { default: null } }),
    parseHTML: () => [
      {
        tag: "figure[data-video]",
        getAttrs: readFigure,
      },
    ],
    renderHTML: ({ node: { attrs } }) => [
      "figure",
      { "data-video": attrs.kept },
      attrs.title,
      ...(attrs.still ? [["figure", { "data-image": attrs.still }]] : []),
    ],
    addMenuItems: ({ menu, buttons }) =>
      menu.defineItem({
        name: "video",
        groups: "nodes",
        button: buttons.material("smart_display"),
        command: (editor) => change(prose, editor, words, address),
        active: (editor) => editor.isActive("video"),
      }),
  });
  const pasting = Extension.create({
    name: "pastedVideo",
    priority: 1100, // an address alone is a video before it is a link
    addProseMirrorPlugins() {
      const { editor } = this;
      return [
        new Plugin({
          props: {
            handlePaste(view, event) {
              const text = event.clipboardData?.getData("text/plain").trim() ?? "";
              const { $from, empty } = view.state.selection;
              if (!LONE_ADDRESS.test(text) || !empty || $from.parent.content.size || $from.depth !== 1) return false;
              change(prose, editor, words, address, text);
              return true;
            },
          },
        }),
      ];
    },
  });
  return [node, pasting];
}

function readFigure(figure) {
  const still = Number(figure.querySelector("[data-image]")?.dataset.image) || null;
  return { kept: figure.dataset.video, title: figure.textContent.trim(), still };
}

async function change(prose, editor, words, address, pasted = "") {
  const present = editor.isActive("video") ? editor.getAttributes("video") : { kept: pasted, title: "", still: null };
  const attrs = await fill(prose, words, present, (typed) => checkVideo(address, typed));
  const chain = editor.chain().focus();
  if (attrs) chain.insertContent({ type: "video", attrs });
  else if (pasted) chain.insertContent(pasted);
  chain.run();
}

// What the server's sanitiser leaves of the video, or null when it does not accept it.
async function checkVideo(address, { kept, title, still }) {
  const figure = document.createElement("figure");
  figure.dataset.video = kept;
  figure.textContent = title;
  if (still) figure.insertAdjacentHTML("beforeend", `<figure data-image="${still}"></figure>`);
  const { html } = await requestJson(address, "POST", { body: JSON.stringify({ html: figure.outerHTML }) });
  const left = new DOMParser().parseFromString(html, "text/html").querySelector("figure[data-video]");
  return left && readFigure(left);
}

// A dialog with an address and a title; gives what `check` makes of them, or null when the person gave up.
function fill({ crel }, words, present, check) {
  const address = crel("input", {
    id: "video-address",
    required: true,
    value: present.kept,
    "aria-describedby": "video-help",
  });
  const title = crel("input", { id: "video-title", required: true, value: present.title });
  let { still } = present;
  const shown = crel("p", { role: "status" });
  const pick = crel("button", { type: "button", className: "button", textContent: words.choose });
  const without = crel("button", { type: "button", className: "button", textContent: words.without });
  const take = async (number) => {
    still = number;
    without.hidden = !still;
    const label = still ? `№ ${still} ${(await loadPicture(still))?.label ?? ""}` : words.drawn;
    shown.textContent = `${words.still}: ${label}`;
  };
  pick.addEventListener("click", async () => {
    const chosen = await choosePicture();
    if (chosen) take(chosen.id);
  });
  without.addEventListener("click", () => {
    take(null);
    pick.focus();
  });
  take(still);
  const trouble = crel("p", { className: "errornote", role: "alert", hidden: true });
  const cancel = crel("button", { type: "button", className: "button", textContent: words.cancel });
  const form = crel("form", {}, [
    crel("h2", { id: "video-dialog", textContent: words.title }),
    crel("label", { htmlFor: address.id, textContent: words.address }),
    address,
    crel("p", { id: "video-help", className: "help", textContent: words.help }),
    crel("label", { htmlFor: title.id, textContent: words.name }),
    title,
    shown,
    crel("div", { className: "buttons" }, [pick, without]),
    trouble,
    crel("div", { className: "buttons" }, [
      crel("button", { type: "submit", className: "button default", textContent: words.apply }),
      cancel,
    ]),
  ]);
  const dialog = crel("dialog", { className: "editor-dialog", "aria-labelledby": "video-dialog" }, [form]);
  document.body.append(dialog);
  cancel.addEventListener("click", () => dialog.close());
  return new Promise((resolve) => {
    let result = null;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      result = await check({ kept: address.value, title: title.value, still }).catch(() => undefined);
      if (result) return dialog.close();
      trouble.textContent = result === null ? words.trouble : words.away;
      trouble.hidden = false;
      address.focus();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result || null);
    });
    dialog.showModal();
    (address.value ? title : address).focus();
  });
}
