// Pasted text goes through the server's sanitiser, which knows the HTML of Word and Google Docs and decides what stays. When
// the server does not answer, the library's own reading of the HTML is used.

import { requestJson } from "../admin/request.js";

export function cleanPaste({ Extension, Plugin }, address) {
  return Extension.create({
    name: "cleanPaste",
    priority: 1000,
    addProseMirrorPlugins() {
      const { editor } = this;
      let last = Promise.resolve();
      return [
        new Plugin({
          props: {
            handlePaste(_view, event) {
              const html = event.clipboardData?.getData("text/html"); // there is none when this script calls pasteHTML
              if (!html || html.includes("data-pm-slice")) return false; // from this editor or one like it
              last = insert(editor, html, address, last);
              return true;
            },
          },
        }),
      ];
    },
  });
}

// Inserts at the place where the cursor was, even if the person has typed on since, and after earlier pastes there.
async function insert(editor, html, address, last) {
  let { from, to } = editor.state.selection;
  let typed = false;
  const follow = ({ transaction }) => {
    if (!transaction.docChanged) return;
    typed = true;
    const side = transaction.getMeta("paste") ? 1 : -1;
    from = transaction.mapping.map(from, side);
    to = transaction.mapping.map(to, side);
  };
  editor.on("transaction", follow);
  const clean = await requestJson(address, "POST", { body: JSON.stringify({ html }) }).then(
    (answer) => answer.html,
    () => html,
  );
  await last;
  editor.off("transaction", follow);
  const { head } = editor.state.selection;
  const length = editor.state.doc.content.size;
  if (typed) editor.commands.setTextSelection({ from, to });
  editor.view.pasteHTML(clean);
  if (typed && head > to) editor.commands.setTextSelection(head + editor.state.doc.content.size - length);
}
