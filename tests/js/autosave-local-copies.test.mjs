import assert from "node:assert/strict";
import { test } from "node:test";
import { createKey, LocalCopies } from "../../static/js/admin/autosave/local-copies.js";
import { FullStorage, MemoryStorage } from "./support.mjs";

const NOW = Date.UTC(2026, 10, 23);
const DAY = 24 * 3_600_000;
const COPY = { base: "3", content: { title_kk: "Тақырып" }, at: NOW };

test("createKey does not repeat itself", () => {
  const keys = new Set(Array.from({ length: 1000 }, createKey));

  assert.equal(keys.size, 1000);
});

test("a copy is loaded under its key, and not for another article or user", () => {
  const storage = new MemoryStorage();

  assert.equal(new LocalCopies(() => storage, "7", "41").save("one", COPY), true);

  assert.deepEqual(new LocalCopies(() => storage, "7", "41").load(NOW), [{ ...COPY, key: "one" }]);
  assert.deepEqual(new LocalCopies(() => storage, "7", "4").load(NOW), []);
  assert.deepEqual(new LocalCopies(() => storage, "8", "41").load(NOW), []);
});

test("a removed copy is gone", () => {
  const storage = new MemoryStorage({ "autosaves/7/41/one": COPY });

  assert.equal(new LocalCopies(() => storage, "7", "41").remove("one"), true);

  assert.deepEqual(storage.read(), {});
});

test("loading removes copies of any article after thirty days, and nothing of other scripts", () => {
  const storage = new MemoryStorage({
    "autosaves/7/41/old": { ...COPY, at: NOW - 30 * DAY - 1 },
    "autosaves/8/2/old": { ...COPY, at: NOW - 31 * DAY },
    "autosaves/7/41/new": { ...COPY, at: NOW - 30 * DAY },
    language: { at: 0 },
  });

  const loaded = new LocalCopies(() => storage, "7", "41").load(NOW);

  assert.deepEqual(
    loaded.map((copy) => copy.key),
    ["new"],
  );
  assert.deepEqual(Object.keys(storage.read()), ["autosaves/7/41/new", "language"]);
});

test("save tells when the storage is full", () => {
  const copies = new LocalCopies(() => new FullStorage(), "7", "41");

  assert.equal(copies.save("one", COPY), false);
});

test("a browser that refuses its storage has no copies", () => {
  const copies = new LocalCopies(
    () => {
      throw new Error("SecurityError");
    },
    "7",
    "41",
  );

  assert.equal(copies.save("one", COPY), false);
  assert.equal(copies.remove("one"), false);
  assert.deepEqual(copies.load(NOW), []);
});
