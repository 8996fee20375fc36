import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { LocalCopies } from "../../static/js/admin/autosave/local-copies.js";
import { AutosaveSession } from "../../static/js/admin/autosave/session.js";
import { FullStorage, MemoryStorage } from "./support.mjs";

const START = Date.UTC(2026, 10, 23, 9);
const MINUTE = 60_000;
const SLOT = "autosaves/7/41/key-1";

let now;
let storage;
let form;
let server;
let notices;

beforeEach(() => {
  now = START;
  storage = new MemoryStorage();
  form = {
    base: "3",
    content: {},
    readContent: () => form.content,
    differsFrom: (content) => JSON.stringify(content) !== JSON.stringify(form.content),
    fill: (content) => {
      form.content = content;
    },
  };
  server = {
    posted: [],
    deleted: [],
    answer: { finished: [], texts: [] },
    isOpen: true,
    error: null,
    get: async (wanted) => {
      server.wanted = wanted;
      return server.answer;
    },
    post: async (body, keepalive) => {
      server.posted.push({ ...JSON.parse(body), keepalive });
      if (server.error) throw server.error;
      return { others: ["Айгүл"], isOpen: server.isOpen };
    },
    delete: async (key) => server.deleted.push(key),
  };
  notices = {
    trouble: null,
    others: [],
    showTrouble: (name) => {
      notices.trouble = name;
    },
    showOthers: (names) => {
      notices.others = names;
    },
  };
});

function open(options = {}) {
  const copies = new LocalCopies(() => storage, "7", "41");
  return new AutosaveSession({ key: "key-1", form, copies, server, notices, getTime: () => now, ...options });
}

async function tickAfter(session, milliseconds) {
  now += milliseconds;
  await session.tick();
}

test("typed content is in the browser at once and on the server with the base revision", async () => {
  const session = open();
  form.content = { title_kk: "Жаңа" };

  await session.tick();

  assert.deepEqual(storage.read(), { [SLOT]: { base: "3", content: { title_kk: "Жаңа" }, at: START } });
  assert.deepEqual(server.posted, [
    { key: "key-1", turn: START, base: 3, content: { title_kk: "Жаңа" }, keepalive: false },
  ]);
  assert.deepEqual(notices.others, ["Айгүл"]);
});

test("a form without a key gets one of its own", () => {
  assert.notEqual(open({ key: "" }).key, open({ key: "" }).key);
});

test("a new article has no base revision", async () => {
  form.base = "";
  form.content = { title_kk: "Жаңа" };

  await open().tick();

  assert.equal(server.posted[0].base, null);
});

test("content taken back to the server's leaves no copy in the browser and an empty one on the server", async () => {
  const session = open();
  form.content = { title_kk: "Жаңа" };
  await session.tick();
  form.content = {};

  await tickAfter(session, 4_000);

  assert.deepEqual(storage.read(), {});
  assert.deepEqual(server.posted[1].content, {});
});

test("changes are posted every four seconds, an unchanged form every six and without its content", async () => {
  const session = open();
  await session.tick();
  form.content = { title_kk: "Жаңа" };
  await tickAfter(session, 3_999);
  assert.equal(server.posted.length, 1);
  await tickAfter(session, 1);
  assert.equal(server.posted.length, 2);

  await tickAfter(session, 5_999);
  assert.equal(server.posted.length, 2);
  await tickAfter(session, 1);

  assert.equal(server.posted.length, 3);
  assert.deepEqual(Object.keys(server.posted[2]), ["key", "turn", "base", "keepalive"]);
});

test("one request is under way at a time", async () => {
  const session = open();
  const first = session.tick();
  now += MINUTE;
  await session.tick();
  await first;

  assert.equal(server.posted.length, 1);
});

test("a failed request is repeated after six seconds with the content", async () => {
  const session = open();
  form.content = { title_kk: "Жаңа" };
  server.error = new Error("500");
  await session.tick();
  assert.equal(notices.trouble, "away");

  server.error = null;
  await tickAfter(session, 5_999);
  assert.equal(server.posted.length, 1);
  await tickAfter(session, 1);

  assert.deepEqual(server.posted[1].content, { title_kk: "Жаңа" });
  assert.equal(notices.trouble, null);
});

test("the editor is told when the server wants a new sign-in", async () => {
  server.error = Object.assign(new Error("signed out"), { signedOut: true });
  form.content = { title_kk: "Жаңа" };

  await open().tick();

  assert.equal(notices.trouble, "signed-out");
});

test("the editor is told when neither the server nor the browser has the text", async () => {
  storage = new FullStorage();
  server.error = new Error("500");
  form.content = { title_kk: "Жаңа" };

  await open().tick();

  assert.equal(notices.trouble, "nowhere");
});

test("leaving the page posts the last change so that it outlives the page, and nothing when all is posted", async () => {
  const session = open();
  form.content = { title_kk: "Жаңа" };
  await session.leave();
  assert.equal(server.posted[0].keepalive, true);

  await session.leave();

  assert.equal(server.posted.length, 1);
});

test("a text that a browser would not send from a page being left is sent as from a page that stays", async () => {
  form.content = { body_kk: "а".repeat(20_000) };

  await open().leave();

  assert.equal(server.posted[0].keepalive, false);
  assert.deepEqual(storage.read()[SLOT].content, form.content);
});

test("a pause of three tenths of a second sends what was typed, and typing on puts it off", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const session = open();
  form.content = { title_kk: "Ж" };
  session.type();
  context.mock.timers.tick(299);
  form.content = { title_kk: "Жа" };
  session.type();
  context.mock.timers.tick(299);
  assert.deepEqual(server.posted, []);

  context.mock.timers.tick(1);

  assert.deepEqual(
    server.posted.map((each) => each.content),
    [{ title_kk: "Жа" }],
  );
});

test("a pause while a request is under way sends what was typed as soon as it has ended", async () => {
  const session = open();
  let answer;
  const answered = new Promise((resolve) => {
    answer = resolve;
  });
  server.post = async (body) => {
    server.posted.push(JSON.parse(body));
    return answered;
  };
  form.content = { title_kk: "А" };
  const first = session.saveNow();
  form.content = { title_kk: "АБ" };
  await session.saveNow();
  assert.equal(server.posted.length, 1);

  answer({ others: [], isOpen: true });
  await first;

  assert.deepEqual(
    server.posted.map((each) => each.content),
    [{ title_kk: "А" }, { title_kk: "АБ" }],
  );
});

test("a pause without a change sends nothing", async () => {
  await open().saveNow();

  assert.deepEqual(server.posted, []);
});

test("each request has a higher turn than the one before, even when the clock is set back", async () => {
  const session = open();
  form.content = { title_kk: "А" };
  await session.saveNow();
  now -= MINUTE;
  form.content = { title_kk: "Ә" };
  await session.saveNow();

  assert.deepEqual(
    server.posted.map((each) => each.turn),
    [START, START + 1],
  );
});

test("a form that was finished in another tab goes on under a key of its own", async () => {
  const session = open();
  form.content = { title_kk: "А" };
  server.isOpen = false;
  const posted = session.saveNow();
  server.post = async (body) => {
    server.posted.push(JSON.parse(body));
    return { others: [], isOpen: true };
  };
  await posted;

  assert.notEqual(session.key, "key-1");
  assert.deepEqual(
    server.posted.map((each) => [each.key, each.content]),
    [
      ["key-1", { title_kk: "А" }],
      [session.key, { title_kk: "А" }],
    ],
  );
  assert.deepEqual(storage.read()[`autosaves/7/41/${session.key}`].content, { title_kk: "А" });
});

test("a form that has been submitted keeps its key when the server has saved it", async () => {
  const session = open();
  form.content = { title_kk: "А" };
  session.submit();
  server.isOpen = false;

  await session.post();

  assert.equal(session.key, "key-1");
});

test("a tab hidden for more than five minutes posts nothing until it is seen", async () => {
  const session = open();
  await session.hide();
  await tickAfter(session, 5 * MINUTE);
  assert.equal(server.posted.length, 1);

  await tickAfter(session, 1 * MINUTE);
  assert.equal(server.posted.length, 1);
  await session.show();

  assert.equal(server.posted.length, 2);
});

test("a tab opened in the background posts nothing until it is seen", async () => {
  const session = open({ hiddenAt: 0 });
  await session.tick();
  assert.deepEqual(server.posted, []);

  await session.show();

  assert.equal(server.posted.length, 1);
});

test("what is typed after a submission gets a key of its own, since the old one may be saved by now", () => {
  const session = open();
  form.content = { title_kk: "Жіберілген" };
  session.submit();
  assert.equal(session.key, "key-1");

  form.content = { title_kk: "Кейінгі" };
  session.saveCopy();

  assert.notEqual(session.key, "key-1");
  assert.deepEqual(Object.keys(storage.read()), [SLOT, `autosaves/7/41/${session.key}`]);
});

test("copies that differ from the form are found, the newest first; the others are discarded", async () => {
  storage = new MemoryStorage({
    "autosaves/7/41/older": { content: { title_kk: "А" }, at: START - 2 * MINUTE },
    "autosaves/7/41/newer": { content: { title_kk: "Ә" }, at: START - MINUTE },
    "autosaves/7/41/same": { content: {}, at: START },
    "autosaves/7/41/key-1": { content: { title_kk: "Осы" }, at: START },
  });

  const copies = await open().findCopies();

  assert.deepEqual(
    copies.map((copy) => copy.key),
    ["newer", "older"],
  );
  assert.deepEqual(server.deleted, ["same"]);
  assert.deepEqual(Object.keys(storage.read()).sort(), [
    "autosaves/7/41/key-1",
    "autosaves/7/41/newer",
    "autosaves/7/41/older",
  ]);
});

test("copies that the server has saved are removed and not offered", async () => {
  storage = new MemoryStorage({ "autosaves/7/41/done": { content: { title_kk: "А" }, at: START } });
  server.answer = { finished: ["done"], texts: [] };

  assert.deepEqual(await open().findCopies(), []);
  assert.deepEqual(storage.read(), {});
});

test("the server's text is offered and copied into the browser, but not a second time", async () => {
  const text = { key: "elsewhere", base: 2, content: { title_kk: "Ұялыдан" } };
  server.answer = { finished: [], texts: [{ ...text, age: 90 }] };
  const expected = { ...text, at: START - 90_000 };

  const first = await open().findCopies();
  const second = await open().findCopies();

  assert.deepEqual(first, [expected]);
  assert.deepEqual(second, [expected]);
  assert.deepEqual(storage.read(), { "autosaves/7/41/elsewhere": expected });
});

test("the copy that was chosen on the desk comes before newer ones", async () => {
  const text = { base: null, content: { title_kk: "Ұ" } };
  server.answer = {
    finished: [],
    texts: [
      { ...text, key: "newer", age: 1 },
      { ...text, key: "wanted", age: 90 },
      { ...text, key: "older", age: 900 },
    ],
  };

  const copies = await open().findCopies("wanted");

  assert.equal(server.wanted, "wanted");
  assert.deepEqual(
    copies.map((copy) => copy.key),
    ["wanted", "newer", "older"],
  );
});

test("the browser's copies are offered when the server does not answer", async () => {
  storage = new MemoryStorage({ "autosaves/7/41/one": { content: { title_kk: "А" }, at: START } });
  server.get = async () => {
    throw new Error("500");
  };

  const copies = await open().findCopies();

  assert.deepEqual(
    copies.map((copy) => copy.key),
    ["one"],
  );
});

test("a restored copy fills the form and brings its base revision, so that saving merges", () => {
  const session = open();

  session.restore({ key: "one", base: "2", content: { title_kk: "А" }, at: START });

  assert.deepEqual(form.content, { title_kk: "А" });
  assert.equal(form.base, "2");
  assert.deepEqual(storage.read()[SLOT], { base: "2", content: { title_kk: "А" }, at: START });
});

test("a discarded copy is removed from the browser even when the server does not answer", () => {
  storage = new MemoryStorage({ "autosaves/7/41/one": { content: { title_kk: "А" }, at: START } });
  server.delete = async () => {
    throw new Error("500");
  };

  open().discard({ key: "one" });

  assert.deepEqual(storage.read(), {});
});
