// A picture of the library in the text. The HTML holds its number; the editor shows the picture.

import { choosePicture, createThumbnail, loadPicture } from "../admin/picture-chooser.js";

export function picture({ Node }) {
  return Node.create({
    name: "picture",
    group: "block",
    atom: true,
    draggable: true,
    addAttributes: () => ({
      number: {
        default: null,
        parseHTML: (figure) => Number(figure.dataset.image) || null,
        renderHTML: ({ number }) => ({ "data-image": number }),
      },
    }),
    parseHTML: () => [{ tag: "figure[data-image]" }],
    renderHTML: ({ HTMLAttributes }) => ["figure", HTMLAttributes],
    addNodeView:
      () =>
      ({ node }) => {
        const dom = document.createElement("figure");
        const words = document.createElement("figcaption");
        words.textContent = `№ ${node.attrs.number}`;
        dom.append(words);
        loadPicture(node.attrs.number).then((found) => {
          if (!found) return dom.classList.add("missing");
          dom.prepend(createThumbnail(found));
          words.textContent += ` ${found.label}`;
        });
        return { dom };
      },
    addMenuItems: ({ menu, buttons }) =>
      menu.defineItem({
        name: "picture",
        groups: "nodes",
        button: buttons.material("image"),
        command: async (editor) => {
          const chosen = await choosePicture();
          const content = chosen && { type: "picture", attrs: { number: chosen.id } };
          if (content) editor.chain().focus().insertContent(content).run();
        },
        active: (editor) => editor.isActive("picture"),
      }),
  });
}
