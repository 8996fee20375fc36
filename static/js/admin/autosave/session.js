// One open form: what is typed in it, what this browser has of that, and what the server has. It touches no page: the form,
// the copies, the server, the notices and the clock are given to it.

import { createKey } from "./local-copies.js";

const PAUSE = 300; // so that what was typed is on its way half a second after the last key
const INTERVAL_AFTER_CHANGE = 4_000;
const INTERVAL_AT_REST = 6_000; // the server is told that the form is still open
const HIDDEN_FOR_LONG = 5 * 60_000;
const LARGEST_KEEPALIVE = 60_000; // bytes; a browser sends no more from a page that is being left
const BYTES_OF_A_LETTER = 3; // at most

export class AutosaveSession {
  savedText = "{}"; // in this browser
  postedText = "{}"; // on the server
  isInBrowser = true;
  isSubmitted = false;
  isPosting = false;
  isDue = false; // somebody paused while a request was under way
  turn = 0; // the server takes no request that comes later than one with a higher turn
  postedAt = 0;
  interval = INTERVAL_AT_REST;

  // A form that came back with an error goes on under the key that it had. `hiddenAt` is null while the tab is visible.
  constructor({ key, form, copies, server, notices, getTime, hiddenAt = null }) {
    Object.assign(this, { key: key || createKey(), form, copies, server, notices, getTime, hiddenAt });
  }

  // Called again and again while the form is open.
  async tick() {
    this.saveCopy();
    if (this.isPosting || this.isHiddenForLong()) return;
    const interval = this.savedText === this.postedText ? INTERVAL_AT_REST : this.interval;
    if (this.getTime() - this.postedAt >= interval) await this.post();
  }

  // Called at each change in the form.
  type() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.saveNow(), PAUSE);
  }

  async saveNow() {
    this.saveCopy();
    if (this.savedText === this.postedText) return;
    if (this.isPosting) this.isDue = true;
    else await this.post();
  }

  saveCopy() {
    const content = this.form.readContent();
    const text = JSON.stringify(content);
    if (text === this.savedText) return;
    if (this.isSubmitted) this.key = createKey(); // what was submitted may be saved under the old key by now
    this.isSubmitted = false;
    this.savedText = text;
    this.isInBrowser =
      text === "{}"
        ? this.copies.remove(this.key)
        : this.copies.save(this.key, { base: this.form.base, content, at: this.getTime() });
  }

  async post({ isLeaving = false } = {}) {
    const text = this.savedText;
    const body = this.#describe(text);
    const keepalive = isLeaving && body.length * BYTES_OF_A_LETTER <= LARGEST_KEEPALIVE;
    this.isPosting = true;
    this.postedAt = this.getTime();
    try {
      const { others, isOpen } = await this.server.post(body, keepalive);
      this.postedText = text;
      this.interval = INTERVAL_AFTER_CHANGE;
      this.notices.showTrouble(null);
      this.notices.showOthers(others);
      if (!isOpen && !this.isSubmitted) this.#beginAgain();
    } catch (error) {
      this.interval = INTERVAL_AT_REST;
      this.notices.showTrouble(this.#nameTrouble(error));
    }
    this.isPosting = false;
    if (!this.isDue) return;
    this.isDue = false;
    await this.saveNow();
  }

  // The page is being left: the last change is sent at once.
  async leave() {
    this.saveCopy();
    if (this.savedText !== this.postedText) await this.post({ isLeaving: true });
  }

  hide() {
    this.hiddenAt = this.getTime();
    return this.leave();
  }

  show() {
    this.hiddenAt = null;
    return this.tick();
  }

  submit() {
    this.saveCopy();
    this.isSubmitted = true;
  }

  // Copies of earlier forms that differ from what this form shows, the newest first. The others are discarded.
  // The one with the key `wanted` comes before all others.
  async findCopies(wanted = "") {
    const { finished, texts } = await this.server.get(wanted).catch(() => ({ finished: [], texts: [] }));
    for (const key of finished) this.copies.remove(key);
    this.saveCopy();
    const copies = this.copies.load(this.getTime()).filter((copy) => copy.key !== this.key);
    const known = [this.key, ...copies.map((copy) => copy.key)];
    for (const text of texts) if (!known.includes(text.key)) copies.push(this.#adopt(text));
    const differing = copies.filter((copy) => this.form.differsFrom(copy.content));
    for (const copy of copies.filter((each) => !differing.includes(each))) this.discard(copy);
    return differing.sort((one, other) => (other.key === wanted) - (one.key === wanted) || other.at - one.at);
  }

  restore(copy) {
    this.form.fill(copy.content);
    if (copy.base) this.form.base = copy.base; // so that saving merges what others have saved since
    this.saveCopy();
  }

  discard(copy) {
    this.copies.remove(copy.key);
    this.server.delete(copy.key).catch(() => {}); // the copy is offered once more then
  }

  isHiddenForLong() {
    return this.hiddenAt !== null && this.getTime() - this.hiddenAt > HIDDEN_FOR_LONG;
  }

  // From now on this browser has the text too, should the server be away at the next opening.
  #adopt({ age, ...text }) {
    const copy = { ...text, at: this.getTime() - age * 1000 };
    this.copies.save(copy.key, copy);
    return copy;
  }

  #describe(text) {
    const content = text === this.postedText ? undefined : JSON.parse(text);
    this.turn = Math.max(this.turn + 1, this.getTime()); // a page that comes back under its key goes on counting
    return JSON.stringify({ key: this.key, turn: this.turn, base: Number(this.form.base) || null, content });
  }

  // The text was thrown away or taken over in another tab, but this one is still typing.
  #beginAgain() {
    this.key = createKey();
    this.savedText = this.postedText = "{}";
    this.saveCopy();
    this.isDue = this.savedText !== this.postedText;
  }

  #nameTrouble(error) {
    if (!this.isInBrowser) return "nowhere";
    return error.signedOut ? "signed-out" : "away";
  }
}
