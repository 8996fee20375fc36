// Sets quotation marks, dashes and spaces by the typographic rules of the language, while a person types and in pasted text.
// Ctrl+Z takes back each change by itself. Every rule replaces one character by one, so positions never move.

const NBSP = "\u00a0";
const CYRILLIC = { outer: ["«", "»"], inner: ["„", "“"], straight: /["“”]/, single: false };
const LATIN = { outer: ["“", "”"], inner: ["‘", "’"], straight: /"/, single: true };
const BEFORE_AN_OPENING_MARK = /[\s([{«„‘–—-]/;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const NUMBER_BEFORE = /(?:^|[\s(«„“№§])\d{1,3}$/;
const INITIAL_BEFORE = /(?:^|[\s(«„“.])\p{Lu}\.$/u;

export function set(text, language) {
  const characters = text.split("");
  characters.forEach((_character, at) => setOne(characters, at, language));
  return characters.join("");
}

// Sets one character by the characters before it. A space after a dash also sets the space before the dash.
function setOne(characters, at, language) {
  const marks = language === "en" ? LATIN : CYRILLIC;
  const character = characters[at];
  if (marks.straight.test(character)) characters[at] = quotationMark(characters, at, marks);
  else if (marks.single && character === "'") characters[at] = opens(characters, at) ? marks.inner[0] : marks.inner[1];
  else if (character === " ") setSpace(characters, at);
}

function quotationMark(characters, at, marks) {
  const open = [];
  for (const each of characters.slice(0, at)) {
    if (each === marks.outer[0]) open.push(marks.outer);
    else if (each === marks.inner[0]) open.push(marks.inner);
    else if (open.length && each === open.at(-1)[1]) open.pop();
  }
  if (opens(characters, at)) return (open.length && !marks.single ? marks.inner : marks.outer)[0];
  return open.at(-1)?.[1] ?? characters[at]; // nothing to close: inches
}

function opens(characters, at) {
  return at === 0 || BEFORE_AN_OPENING_MARK.test(characters[at - 1]);
}

function setSpace(characters, at) {
  const [space, dash] = characters.slice(at - 2, at);
  if (at > 2 && /[-–—]/.test(dash) && /[ \u00a0]/.test(space)) {
    characters[at - 2] = NBSP;
    if (dash === "-") characters[at - 1] = "–";
    return;
  }
  const next = characters[at + 1];
  if (next && !LETTER_OR_DIGIT.test(next)) return;
  const before = characters.slice(Math.max(0, at - 5), at).join("");
  if (NUMBER_BEFORE.test(before) || INITIAL_BEFORE.test(before) || /[№§]$/.test(before)) characters[at] = NBSP;
}

export function typography({ Extension, Plugin, pm }, language) {
  const { Fragment, Slice } = pm.model;
  const { closeHistory } = pm.history;

  const setLine = (line) => {
    const nodes = [];
    line.forEach((node) => nodes.push(node));
    const text = set(nodes.map((node) => node.text ?? "\n").join(""), language);
    let at = 0;
    return Fragment.from(
      nodes.map((node) => {
        const begin = at;
        at += node.isText ? node.text.length : 1;
        return node.isText ? node.type.schema.text(text.slice(begin, at), node.marks) : node;
      }),
    );
  };
  const setAll = (content) => {
    if (content.firstChild?.isInline) return setLine(content);
    const nodes = [];
    content.forEach((node) => nodes.push(node.copy(setAll(node.content))));
    return Fragment.from(nodes);
  };

  return Extension.create({
    name: "typography",
    addProseMirrorPlugins: () => [
      new Plugin({
        props: {
          transformPasted: (slice) => new Slice(setAll(slice.content), slice.openStart, slice.openEnd),
          handleTextInput(view, from, to, text) {
            if (!/^[ "']$/.test(text)) return false;
            const line = view.state.doc.resolve(from);
            const typed = (line.parent.textBetween(0, line.parentOffset, null, "\n") + text).split("");
            const wanted = [...typed];
            setOne(wanted, wanted.length - 1, language);
            const changes = wanted.flatMap((each, at) => (each === typed[at] ? [] : [at]));
            if (!changes.length) return false;
            view.dispatch(view.state.tr.insertText(text, from, to).scrollIntoView());
            const setting = closeHistory(view.state.tr);
            for (const at of changes) setting.insertText(wanted[at], line.start() + at, line.start() + at + 1);
            view.dispatch(setting);
            view.dispatch(closeHistory(view.state.tr));
            return true;
          },
        },
      }),
    ],
  });
}
