// The fields of a form of the admin: what was changed in them, and how typed content is put back.

const FIELDS = "fieldset.module :is(input, select, textarea)"; // not the buttons, the actions and the pages of a conflict
const WITHOUT_TEXT = ["hidden", "submit", "button", "file"];

export function listFields(form) {
  const fields = form.querySelectorAll(FIELDS);
  return [...fields].filter((field) => field.name && !WITHOUT_TEXT.includes(field.type));
}

// The content by field names. A form that came back with an error has the typed text as its first values, so all of its
// fields count, not only those that differ from what the server sent.
export function readContent(form, includeUnchanged) {
  const fields = listFields(form).filter((field) => includeUnchanged || isChanged(field));
  return Object.fromEntries(fields.map((field) => [field.name, readValue(field)]));
}

export function isChanged(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const first = [...field.options].filter((option) => option.defaultSelected);
  if (!first.length && !field.multiple) return field.selectedIndex > 0;
  return JSON.stringify(first.map(getValue)) !== JSON.stringify(listSelected(field).map(getValue));
}

export function readValue(field) {
  if (field.type === "checkbox") return field.checked;
  return field.options ? listSelected(field).map((option) => [option.value, option.text]) : field.value;
}

// A text of a field that has been closed meanwhile differs as well: it is offered to be read, not thrown away unseen.
export function differsFrom(form, content) {
  const fields = Object.fromEntries(listFields(form).map((field) => [field.name, field]));
  return Object.entries(content).some(
    ([name, value]) => !fields[name] || comparable(value) !== comparable(readValue(fields[name])),
  );
}

export function fillForm(form, content) {
  for (const field of listFields(form)) {
    if (!(field.name in content)) continue;
    const value = content[field.name];
    if (field.type === "checkbox") field.checked = value;
    else if (field.options) selectOptions(field, value);
    else field.value = value;
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
  }
}

export function setHiddenField(form, name, value) {
  const field =
    form.elements[name] ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
  field.value = value;
}

function getValue(option) {
  return option.value;
}

function listSelected(select) {
  return [...select.options].filter((option) => option.selected);
}

// Neither the order of several choices nor their labels make a difference.
function comparable(value) {
  return JSON.stringify(Array.isArray(value) ? value.map(([each]) => each).sort() : value);
}

// An autocomplete has only those options that were selected once, so the others are added.
function selectOptions(select, pairs) {
  for (const option of select.options) option.selected = false;
  for (const [value, label] of pairs) {
    const option =
      [...select.options].find((each) => each.value === value) ?? select.appendChild(new Option(label, value));
    option.selected = true;
  }
}
