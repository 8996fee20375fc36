// What a bill strikes out and inserts. The elements are those that the server stores.

export function revisedText({ Mark }) {
  const mark = (name, tags) =>
    Mark.create({
      name,
      parseHTML: () => tags.map((tag) => ({ tag })),
      renderHTML: ({ HTMLAttributes }) => [tags[0], HTMLAttributes, 0],
    });
  return [mark("struck", ["s", "del", "strike"]), mark("inserted", ["ins"])];
}
