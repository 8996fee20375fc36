// Links: to another article, found by words of its title and kept so that it follows a new address; or to an address.

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
      typed: (text) => (whole(text) ? { address: whole(text) } : { trouble: words.linkTrouble }),
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

// An address as somebody types it, made whole; null when it is none.
function whole(text) {
  if (/^(https?:\/\/|mailto:|tel:|\/|article:)/i.test(text)) return text;
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return `mailto:${text}`;
  if (/^\+[\d\s()-]{5,}$/.test(text)) return `tel:${text.replace(/[^\d+]/g, "")}`;
  if (/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+([/?#:]\S*)?$/u.test(text)) return `https://${text}`;
  return null;
}
