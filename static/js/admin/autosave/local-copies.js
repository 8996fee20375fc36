// Copies of unsaved text in this browser's storage. Each has a slot of its own: the user, what is edited, the form's key.

const PREFIX = "autosaves/";
const LIFETIME = 30 * 24 * 3_600_000;

export function createKey() {
  return Date.now().toString(36) + Math.random().toString(36).slice(2, 12);
}

export class LocalCopies {
  constructor(getStorage, user, place) {
    this.getStorage = getStorage; // a browser that refuses storage throws as soon as it is read
    this.slots = `${PREFIX}${user}/${place}/`;
  }

  // Returns whether the browser took it: its storage may be full, or refused.
  save(key, copy) {
    return this.#attempt((storage) => storage.setItem(this.slots + key, JSON.stringify(copy)));
  }

  remove(key) {
    return this.#attempt((storage) => storage.removeItem(this.slots + key));
  }

  // The copies of this user and what is edited here. Copies of any form that have outlived their time are removed.
  load(now) {
    let copies = [];
    this.#attempt((storage) => {
      const all = readAll(storage);
      const isOld = (copy) => now - copy.at > LIFETIME;
      for (const { slot } of all.filter(isOld)) storage.removeItem(slot);
      const own = all.filter((copy) => copy.slot.startsWith(this.slots) && !isOld(copy));
      copies = own.map(({ slot, ...copy }) => ({ ...copy, key: slot.slice(this.slots.length) }));
    });
    return copies;
  }

  #attempt(act) {
    try {
      act(this.getStorage());
      return true;
    } catch {
      return false;
    }
  }
}

function readAll(storage) {
  const slots = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  return slots
    .filter((slot) => slot.startsWith(PREFIX))
    .map((slot) => ({ ...JSON.parse(storage.getItem(slot)), slot }));
}
