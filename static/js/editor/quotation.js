// The speaker of a quotation: a <cite> at its end, chosen among the people of the site or typed.

import { choose } from "./search-dialog.js";

export function speaker(prose, words, address) {
  const change = async (editor) => {
    const { empty, $from } = editor.state.selection;
    if (editor.isActive("cite")) return editor.chain().focus().extendMarkRange("cite").unsetMark("cite").run();
    if (!empty) return editor.chain().focus().setMark("cite").run();
    const choice = await choose(prose, words, {
      title: words.speaker,
      label: words.speakerLabel,
      help: words.speakerHelp,
      address,
      parse: (text) => ({ title: text }),
    });
    if (!choice) return editor.commands.focus();
    const text = [choice.title, choice.detail].filter(Boolean).join(", ");
    return editor
      .chain()
      .focus()
      .insertContentAt(endOfQuotation($from), {
        type: "paragraph",
        content: [{ type: "text", text, marks: [{ type: "cite" }] }],
      })
      .run();
  };

  return prose.Mark.create({
    name: "cite",
    parseHTML: () => [{ tag: "cite" }],
    renderHTML: ({ HTMLAttributes }) => ["cite", HTMLAttributes, 0],
    addMenuItems: ({ menu, buttons }) =>
      menu.defineItem({
        name: "cite",
        groups: "marks",
        button: buttons.material("record_voice_over"),
        command: change,
        active: (editor) => editor.isActive("cite"),
        enabled: (editor) => editor.isActive("blockquote"),
      }),
    addKeyboardShortcuts: () => ({
      "Mod-Shift-y": ({ editor }) => {
        if (!editor.isActive("blockquote")) return false;
        change(editor);
        return true;
      },
    }),
  });
}

function endOfQuotation($from) {
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name === "blockquote") return $from.end(depth);
  }
  return $from.end();
}
