import assert from "node:assert/strict";
import { test } from "node:test";
import {
  differsFrom,
  fillForm,
  isChanged,
  listFields,
  readContent,
} from "../../static/js/admin/autosave/form-fields.js";
import { makeCheckbox, makeForm, makeSelect, makeTextField } from "./support.mjs";

const TOPICS = (...selected) => [
  ["1", "Заң", selected.includes("1"), true],
  ["2", "Бюджет", selected.includes("2"), false],
];

test("listFields leaves out fields without a name and fields nobody types into", () => {
  const kept = [makeTextField("title_kk"), makeCheckbox("pinned")];
  const others = ["hidden", "submit", "button", "file"].map((type) => makeTextField(type, { type }));
  const form = makeForm(makeTextField(""), ...others, ...kept);

  assert.deepEqual(listFields(form), kept);
});

test("isChanged compares a text with what the server sent", () => {
  assert.equal(isChanged(makeTextField("title", { value: "a", defaultValue: "a" })), false);
  assert.equal(isChanged(makeTextField("title", { value: "b", defaultValue: "a" })), true);
});

test("isChanged compares a checkbox with what the server sent", () => {
  assert.equal(isChanged(makeCheckbox("pinned", { checked: true, defaultChecked: true })), false);
  assert.equal(isChanged(makeCheckbox("pinned", { checked: false, defaultChecked: true })), true);
});

test("isChanged compares the selected options of a list", () => {
  assert.equal(isChanged(makeSelect("topics", TOPICS("1"), { multiple: true })), false);
  assert.equal(isChanged(makeSelect("topics", TOPICS("1", "2"), { multiple: true })), true);
  assert.equal(isChanged(makeSelect("topics", TOPICS(), { multiple: true })), true);
});

test("isChanged knows that a browser selects the first option by itself", () => {
  const options = (selected) => [
    ["", "---", selected === ""],
    ["1", "Сенат", selected === "1"],
  ];

  assert.equal(isChanged(makeSelect("source", options(""))), false);
  assert.equal(isChanged(makeSelect("source", options("1"))), true);
});

test("readContent reads the changed fields alone unless it is told to read all", () => {
  const form = makeForm(
    makeTextField("title_kk", { value: "Жаңа" }),
    makeTextField("title_ru", { value: "Старый", defaultValue: "Старый" }),
    makeCheckbox("pinned", { checked: true }),
    makeSelect("topics", TOPICS("1", "2"), { multiple: true }),
  );
  const changed = {
    title_kk: "Жаңа",
    pinned: true,
    topics: [
      ["1", "Заң"],
      ["2", "Бюджет"],
    ],
  };

  assert.deepEqual(readContent(form, false), changed);
  assert.deepEqual(readContent(form, true), { ...changed, title_ru: "Старый" });
});

test("differsFrom ignores the order and the labels of choices and fields that the content lacks", () => {
  const topics = makeSelect("topics", TOPICS("1", "2"), { multiple: true });
  const form = makeForm(topics, makeTextField("title_kk", { value: "Тақырып" }));

  const reordered = [
    ["2", "другое имя"],
    ["1", "Заң"],
  ];
  assert.equal(differsFrom(form, { topics: reordered }), false);
  assert.equal(differsFrom(form, { topics: [["1", "Заң"]] }), true);
  assert.equal(differsFrom(form, { title_kk: "Тақырып" }), false);
  assert.equal(differsFrom(form, { title_kk: "Басқа" }), true);
});

test("fillForm sets every kind of field and tells its listeners", () => {
  const title = makeTextField("title_kk", { value: "Ескі" });
  const lead = makeTextField("lead_kk", { value: "Қалады" });
  const pinned = makeCheckbox("pinned");
  const topics = makeSelect("topics", TOPICS("1"), { multiple: true });
  const heard = [];
  for (const type of ["input", "change"]) title.addEventListener(type, () => heard.push(type));

  fillForm(makeForm(title, lead, pinned, topics), { title_kk: "Жаңа", pinned: true, topics: [["2", "Бюджет"]] });

  assert.equal(title.value, "Жаңа");
  assert.equal(lead.value, "Қалады");
  assert.equal(pinned.checked, true);
  assert.deepEqual(
    topics.options.map((option) => option.selected),
    [false, true],
  );
  assert.deepEqual(heard, ["input", "change"]);
});

test("a text of a field that the form no longer has differs, so that it is not thrown away unseen", () => {
  const form = makeForm(makeTextField("title_kk", { value: "А" }));

  assert.equal(differsFrom(form, { title_kk: "А" }), false);
  assert.equal(differsFrom(form, { title_kk: "А", alt_kk: "Зал" }), true);
});
