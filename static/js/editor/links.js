// Links to an address, or to another article that is found by words of its title. A link to an article is stored by the
// article's number, so it follows a change of the article's address.

import { choose } from "./search-dialog.js";

const PROTOCOLS = ["http", "https", "mailto", "tel", "article"];

export function links(prose, words, address) {
  const change = async (editor) => {
    const present = editor.getAttributes("link").href ?? "";
    const choice = await choose(prose, words, {
      title: words.link,
      label: words.linkLabel,
      help: words.linkHelp,
      value: present,
      address,
      parse: (text) => (completeAddress(text) ? { address: completeAddress(text) } : { trouble: words.linkTrouble }),
    });
    const chain = editor.chain().focus();
    if (!choice) return chain.run();
    const href = choice.address;
    if (editor.isActive("link")) return chain.extendMarkRange("link").updateAttributes("link", { href }).run();
    if (!editor.state.selection.empty) return chain.setMark("link", { href }).run();
    const text = choice.title ?? href.replace(/^(mailto|tel):/, "");
    return chain
      .insertContent({ type: "text", text, marks: [{ type: "link", attrs: { href } }] })
      .unsetMark("link")
      .run();
  };

  return prose.Link.configure({ enableTarget: false, protocols: PROTOCOLS }).extend({
    addMenuItems({ menu, buttons }) {
      this.parent?.({ menu, buttons });
      menu.defineItem({
        name: "link",
        groups: "link",
        button: buttons.material("insert_link"),
        command: change,
        active: (editor) => editor.isActive("link"),
      });
    },
    addKeyboardShortcuts: () => ({
      "Mod-k": ({ editor }) => {
        change(editor);
        return true;
      },
    }),
  });
}

// The full address that somebody has typed in short, or null when it is not an address.
function completeAddress(text) {
  if (/^(https?:\/\/|mailto:|tel:|\/|article:)/i.test(text)) return text;
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return `mailto:${text}`;
  if (/^\+[\d\s()-]{5,}$/.test(text)) return `tel:${text.replace(/[^\d+]/g, "")}`;
  if (/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+([/?#:]\S*)?$/u.test(text)) return `https://${text}`;
  return null;
}
