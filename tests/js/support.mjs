// A browser's storage and the fields of a form, as far as autosave looks at them.

export class MemoryStorage {
  #slots = new Map();

  constructor(slots = {}) {
    for (const [slot, value] of Object.entries(slots)) this.setItem(slot, JSON.stringify(value));
  }

  get length() {
    return this.#slots.size;
  }

  key(index) {
    return [...this.#slots.keys()][index];
  }

  getItem(slot) {
    return this.#slots.get(slot) ?? null;
  }

  setItem(slot, value) {
    this.#slots.set(slot, value);
  }

  removeItem(slot) {
    this.#slots.delete(slot);
  }

  read() {
    return Object.fromEntries([...this.#slots].map(([slot, value]) => [slot, JSON.parse(value)]));
  }
}

export class FullStorage extends MemoryStorage {
  setItem() {
    throw new Error("QuotaExceededError");
  }
}

export function makeTextField(name, { value = "", defaultValue = "", type = "text" } = {}) {
  return Object.assign(new EventTarget(), { name, type, value, defaultValue });
}

export function makeCheckbox(name, { checked = false, defaultChecked = false } = {}) {
  return Object.assign(new EventTarget(), { name, type: "checkbox", checked, defaultChecked });
}

// Options are [value, text, selected now, selected by the server].
export function makeSelect(name, options, { multiple = false } = {}) {
  const made = options.map(([value, text, selected = false, defaultSelected = false]) => ({
    value,
    text,
    selected,
    defaultSelected,
  }));
  const select = { name, type: multiple ? "select-multiple" : "select-one", multiple, options: made };
  const getters = { selectedIndex: { get: () => made.findIndex((option) => option.selected) } };
  return Object.defineProperties(Object.assign(new EventTarget(), select), getters);
}

export function makeForm(...fields) {
  return { querySelectorAll: () => fields };
}
