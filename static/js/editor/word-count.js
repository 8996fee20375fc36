// Counts the words and characters of a text and shows them beneath it.

const WORD = /[\p{L}\p{N}]+(?:[-’'][\p{L}\p{N}]+)*/gu;

export function counts({ Extension, crel }, words) {
  return Extension.create({
    name: "counts",
    onCreate({ editor }) {
      const line = crel("p", { className: "editor-counts" });
      editor.view.dom.after(line);
      const number = new Intl.NumberFormat(document.documentElement.lang);
      const tell = () => {
        const text = editor.getText({ blockSeparator: "\n" });
        const letters = text.replaceAll("\n", "").length;
        line.textContent = `${words.wordCount}: ${number.format(text.match(WORD)?.length ?? 0)} · ${words.characterCount}: ${number.format(letters)}`;
      };
      editor.on("update", tell);
      tell();
    },
  });
}
