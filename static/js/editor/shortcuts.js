// Shortcuts that the library lacks: rows and columns of a table, and moving the focus to the toolbar.

export function keys({ Extension }) {
  const inTable =
    (act) =>
    ({ editor }) =>
      editor.isActive("table") && act(editor.chain().focus()).run();
  return Extension.create({
    name: "keys",
    priority: 1, // after the menu, whose toolbar it finds
    addKeyboardShortcuts: () => ({
      "Mod-Alt-r": inTable((chain) => chain.addRowAfter()),
      "Mod-Alt-c": inTable((chain) => chain.addColumnAfter()),
      "Mod-Alt-Shift-r": inTable((chain) => chain.deleteRow()),
      "Mod-Alt-Shift-c": inTable((chain) => chain.deleteColumn()),
      "Alt-F10": ({ editor }) => {
        editor.storage.menu.dom.querySelector("button[tabindex='0']").focus();
        return true;
      },
    }),
    onCreate({ editor }) {
      editor.storage.menu?.dom?.addEventListener("keydown", (event) => {
        if (event.key === "Escape") editor.commands.focus();
      });
    },
  });
}
