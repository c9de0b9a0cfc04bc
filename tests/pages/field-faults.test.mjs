// What befalls phones: full or emptied storage, clocks of another year, two windows, sudden ends, a
// stranger's hands. Nothing that was said to be saved is lost, and the app says what is wrong.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  becomes, button, expected, figure, fillIn, home, measuredOnServer, phone, reopen, serverPage, signIn, stored, unlock,
  watched, weigh,
} from "./field.mjs";
import { launchBrowser, startDemo } from "./harness.mjs";

const PATIENCE = 240_000;

let demo;
let browser;
before(async () => {
  demo = await startDemo({ daysAgo: 2 });
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** A kader at the open day, without network unless wanted. */
async function atWork(context, { offline = true } = {}) {
  const page = await context.newPage();
  await signIn(page, demo);
  await page.evaluate(() => navigator.serviceWorker.ready);
  if (offline) await context.setOffline(true);
  await button(page, "hari buka").first().click();
  return page;
}

const kept = (page) => stored(page, "outbox");

/** How many pieces of news lie beside the extract. */
const news = async (page) => (await stored(page, "segments")).filter((one) => one.id.startsWith("news/")).length;

/** How many pieces the phone keeps of what it knows, and of what was entered. */
const known = async (page) => [(await stored(page, "segments")).length, (await stored(page, "facts")).length];

const server = (role, path) => serverPage(browser, demo, role, path);

const measures = async (page) => (await kept(page)).filter((one) => one.kind === "measure").length;

// The first of all: while nobody has opened a hari buka of today.
test("the app locks when the screen goes dark and when nobody touches it", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  const page = await context.newPage();
  await page.clock.install();
  const faults = watched(page);
  await signIn(page, demo, "bidan");
  const locked = page.locator("#pin");
  const minutes = async (many) => {
    await page.clock.fastForward(many * 60_000);
    // The next look at the clock.
    await page.clock.fastForward(11_000);
    await page.waitForTimeout(300);
  };
  const day = page.locator(".tiles button.main").first();
  await day.waitFor();
  await minutes(4);
  assert.equal(await locked.count(), 0, "four minutes are no absence");
  await minutes(2);
  await locked.waitFor();
  assert.equal(await page.locator("button.row, .tiles").count(), 0, "nobody is shown behind the lock");
  // A touch counts from then on.
  await reopen(page);
  await minutes(4);
  await page.locator("h1").first().click();
  await minutes(4);
  assert.equal(await locked.count(), 0);
  // While children are weighed it waits longer.
  await day.click();
  await page.locator("#table").waitFor();
  await minutes(18);
  assert.equal(await locked.count(), 0, "a hari buka has its pauses");
  await minutes(3);
  await locked.waitFor();
  await reopen(page);
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await locked.waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

test("a full storage is told, keeps what was typed, and takes it when there is room", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  const page = await atWork(context);
  const faults = watched(page);
  const before = await measures(page);
  const tools = await context.newCDPSession(page);
  await fillIn(page);
  const origin = demo.base;
  await tools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
  // The browser looks at its quota every half minute.
  await page.waitForTimeout(31_000);
  await page.locator(".foot button.main").click();
  const anyway = button(page, "Simpan angka ini");
  const alert = page.locator(".note.bad", { hasText: "penuh" }).first();
  await anyway.or(alert).first().waitFor();
  if (await anyway.isVisible()) await anyway.click();
  await alert.waitFor();
  assert.equal(await measures(page), before, "what is not on the disk is not said to be");
  await tools.send("Storage.overrideQuotaForOrigin", { origin });
  const next = button(page, "Anak berikutnya");
  for (let tries = 0; tries < 60 && !(await next.isVisible()); tries += 1) {
    await page.locator(".foot button.main").click({ timeout: 1000 }).catch(() => undefined);
    await page.waitForTimeout(1000);
  }
  assert.equal(await measures(page), before + 1, "the same figures, once");
  assert.equal(await page.locator(".note.bad", { hasText: "penuh" }).count(), 0, "the trouble is over");
  assert.deepEqual(faults, []);
  await context.close();
});

test("the last room on a phone is kept for entries, and the app says that it is the last", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  const page = await atWork(context);
  const faults = watched(page);
  const warning = page.locator(".note.warn", { hasText: "hampir penuh" });
  await page.locator("#table").waitFor();
  await home(page);
  assert.equal(await warning.count(), 0);
  const tools = await context.newCDPSession(page);
  const { usage } = await page.evaluate(() => navigator.storage.estimate());
  const origin = demo.base;
  await tools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: usage - 1_000_000 });
  // The browser looks at its quota every half minute.
  await page.waitForTimeout(31_000);
  await button(page, "hari buka").first().click();
  await weigh(page);
  assert.equal(await measures(page), 1, "there was room");
  await home(page);
  await warning.waitFor();
  await page.screenshot({ path: "../../target/screenshots/field-nearly-full-360.png" });
  // Somebody deletes pictures.
  await tools.send("Storage.overrideQuotaForOrigin", { origin });
  await button(page, "Kirim data").click();
  await home(page);
  await warning.waitFor({ state: "detached" });
  assert.deepEqual(faults, []);
  await context.close();
});

test("an emptied storage is told, and signing in anew goes on", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  const page = await atWork(context, { offline: false });
  const tools = await context.newCDPSession(page);
  await fillIn(page);
  await tools.send("Storage.clearDataForOrigin", { origin: demo.base, storageTypes: "indexeddb" });
  await page.locator(".foot button.main").click({ timeout: 2000 }).catch(() => undefined);
  // Nothing says "saved": the app starts anew and asks who is there.
  await page.locator("#login").waitFor();
  assert.equal(await button(page, "Anak berikutnya").count(), 0);
  await page.locator(".note.bad", { hasText: "dihapus" }).waitFor();
  await signIn(page, demo);
  await button(page, "hari buka").first().click();
  await weigh(page);
  assert.equal(await measures(page), 1);
  await context.close();
});

for (const years of [-3, 4]) {
  test(`a clock that is ${years} years off opens the right day`, { timeout: PATIENCE }, async () => {
    const context = await phone(browser);
    await context.addInitScript((ms) => {
      const now = Date.now.bind(Date);
      const Real = Date;
      globalThis.Date = class extends Real {
        constructor(...given) {
          super(...(given.length ? given : [now() + ms]));
        }
        static now() {
          return now() + ms;
        }
      };
    }, years * 365 * 86_400_000);
    const page = await atWork(context, { offline: false });
    const faults = watched(page);
    await button(page, "Kembali").click();
    await page.locator(".note.warn", { hasText: "jam" }).first().waitFor();
    const year = String(new Date().getFullYear());
    assert.ok((await page.locator("h2").first().innerText()).includes(year), "the day of the server");
    await button(page, "hari buka").first().click();
    const name = await weigh(page);
    await button(page, "Anak berikutnya").click();
    await button(page, "Kembali").click();
    await button(page, "Kirim data").click();
    await becomes(page, "belum terkirim", 0);
    assert.equal(await figure(page, "Perlu diperbaiki"), 0);
    assert.ok((await measuredOnServer(browser, demo)).includes(name), "on the server's own day");
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test("two windows: one works, the other waits, and they can change", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  const one = await atWork(context);
  await weigh(one);
  const before = await measures(one);
  const two = await context.newPage();
  await two.goto(`${demo.base}/lapangan/`);
  await button(two, "di sini").click();
  await two.locator("#pin").waitFor();
  await button(one, "di sini").waitFor();
  await unlock(two);
  await button(two, "hari buka").first().click();
  await weigh(two);
  assert.equal(await measures(two), before + 1);
  assert.equal(await one.locator("button.row").count(), 0, "the first shows nobody");
  await context.close();
});

test("an app that is killed while it saves has the entry whole or not at all", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  let page = await atWork(context);
  const names = [];
  for (const pause of [0, 2, 5, 9, 14, 20, 30]) {
    const before = await measures(page);
    const name = await fillIn(page);
    await page.locator(".foot button.main").click();
    const anyway = button(page, "Simpan angka ini");
    await page.waitForTimeout(pause);
    if (await anyway.isVisible().catch(() => false)) void anyway.click().catch(() => undefined);
    await page.waitForTimeout(pause);
    await page.close({ runBeforeUnload: false });
    page = await context.newPage();
    await page.goto(`${demo.base}/lapangan/`);
    await unlock(page);
    await button(page, "hari buka").first().click();
    const saved = (await measures(page)) - before;
    assert.ok(saved === 0 || saved === 1);
    const row = page.locator("button.row", { hasText: name });
    const shown = await row.first().innerText();
    assert.equal(/kg/.test(shown), saved === 1, `${name}: what is kept is shown, what is shown is kept`);
    if (saved) names.push(name);
  }
  await context.setOffline(false);
  await button(page, "Kembali").click();
  await button(page, "Kirim data").click();
  await becomes(page, "belum terkirim", 0);
  const whole = await measuredOnServer(browser, demo);
  for (const name of names) assert.ok(whole.includes(name));
  await context.close();
});

test("ten wrong PINs forget the people, and what was entered still goes", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  let page = await atWork(context);
  const name = await weigh(page);
  const waiting = (await kept(page)).length;
  await page.reload();
  for (let tries = 0; tries < 10; tries += 1) {
    await page.locator("#pin").fill("999999");
    await button(page, "Buka").click();
    await page.locator(".note.bad").waitFor();
    if (tries < 9) await page.waitForFunction((n) => document.querySelector(".note.bad")?.textContent.includes(n), String(9 - tries));
  }
  await page.locator("#login").waitFor();
  assert.equal((await kept(page)).length, waiting, "the outbox stays");
  assert.deepEqual(await known(page), [0, 0], "nothing of people is left");
  await context.setOffline(false);
  // Without any PIN it goes out.
  let open = waiting;
  for (let tries = 0; open && tries < 150; tries += 1) {
    await page.waitForTimeout(200);
    open = (await kept(page)).filter((one) => one.is !== "accepted").length;
  }
  assert.equal(open, 0);
  assert.ok((await measuredOnServer(browser, demo)).includes(name));
  await signIn(page, demo);
  await context.close();
});

test("news that come in pieces are there after a restart, however many", { timeout: PATIENCE }, async () => {
  const one = await phone(browser);
  const two = await phone(browser);
  const works = await atWork(one, { offline: false });
  let reads = await atWork(two, { offline: false });
  await expected(reads).first().waitFor();
  const names = [];
  let pieces = 0;
  // Until the pieces were put together once, and some more.
  let [most, more] = [0, 3];
  while (names.length < 45 && more > 0) {
    names.push(await weigh(works));
    await button(works, "Anak berikutnya").click();
    const row = reads.locator("button.row", { hasText: names.at(-1) }).first();
    const here = async () => /kg/.test(await row.innerText());
    for (let asked = 0; asked < 20 && !(await here()); asked += 1) {
      await button(reads, "Kembali").click();
      await button(reads, "Kirim data").click();
      await button(reads, "Kembali").click();
      await button(reads, "hari buka").first().click();
      for (let tries = 0; tries < 20 && !(await here()); tries += 1) await reads.waitForTimeout(50);
    }
    assert.ok(await here(), "it came");
    pieces = await news(reads);
    if (pieces < most) more -= 1;
    else most = pieces;
  }
  assert.ok(most > 20 && pieces > 0 && pieces < 5, `${most} pieces, then ${pieces}`);
  await two.setOffline(true);
  await reads.close();
  reads = await two.newPage();
  await reads.goto(`${demo.base}/lapangan/`);
  await unlock(reads);
  await button(reads, "hari buka").first().click();
  for (const name of names) {
    assert.match(await reads.locator("button.row", { hasText: name }).first().innerText(), /kg/);
  }
  await one.close();
  await two.close();
});

test("a phone that was ended says so, and signing in again goes on", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  const page = await context.newPage();
  await signIn(page, demo, "bidan");
  await button(page, "Kunci").click();
  const name = (await page.locator("h1").innerText()).replace("PIN ", "");
  await unlock(page);
  const watcher = await server("supervisor", "/perangkat");
  const { login, password } = demo.users.get("bidan");
  const phones = watcher.locator("tr", { hasText: name }).locator("form button");
  for (let left = await phones.count(); left > 0; left = await phones.count()) {
    await Promise.all([watcher.waitForEvent("load"), phones.first().click()]);
  }
  await button(page, "Kirim data").click();
  await page.locator(".note.bad", { hasText: "masuk lagi" }).waitFor();
  await page.screenshot({ path: "../../target/screenshots/field-signed-out-360.png", fullPage: true });
  await page.locator(".note.bad").getByRole("button").click();
  assert.equal(await page.locator("#login").inputValue(), login);
  await page.locator("#password").fill(password);
  await page.locator("button.main").click();
  await page.locator("#pin").fill("271126");
  await page.locator("#pin2").fill("271126");
  await button(page, "Simpan").click();
  // Where it was asked for: the PIN is the one of before.
  await page.locator("dl.figures").waitFor();
  assert.equal(await page.locator(".note.bad").count(), 0);
  await context.close();
  await watcher.context().close();
});

test("who is moved to other work knows nobody any more, and what was entered still goes", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  const page = await atWork(context);
  const name = await weigh(page);
  const admin = await server("administrator", "/pengguna");
  const { login, password } = demo.users.get("kader");
  const give = async (role, area) => {
    await admin.goto(`${demo.base}/pengguna`);
    await admin.locator("tr", { has: admin.getByText(login, { exact: true }) }).getByRole("link").click();
    const before = await admin.locator('input[name="wilayah"]').inputValue();
    await admin.locator(`input[name="peran"][value="${role}"]`).check();
    await admin.locator('input[name="wilayah"]').fill(area ?? before.slice(0, 13));
    await admin.locator("button.main").click();
    await admin.locator(".note.good").waitFor();
    return before;
  };
  const post = await give("kepala_desa");
  // The server is asked for news before it hears of the weighing.
  await page.evaluate(() => {
    const real = window.fetch;
    window.fetch = (where, ...more) =>
      String(where).includes("kirim") && !window.mayGo ? Promise.reject(new TypeError("held up")) : real(where, ...more);
  });
  await context.setOffline(false);
  await button(page, "Anak berikutnya").click();
  await button(page, "Kembali").click();
  await button(page, "Kirim data").click();
  await page.locator(".note.bad", { hasText: "Tugas Anda sudah berganti" }).waitFor();
  await page.screenshot({ path: "../../target/screenshots/field-moved-360.png", fullPage: true });
  assert.deepEqual(await known(page), [0, 0], "nothing of people is left");
  assert.ok((await kept(page)).some((one) => one.is === "pending"), "the weighing waits");
  await page.evaluate(() => { window.mayGo = true; });
  for (let tries = 0; tries < 300 && (await kept(page)).some((one) => one.is !== "accepted"); tries += 1) await page.waitForTimeout(100);
  assert.ok((await kept(page)).every((one) => one.is === "accepted"), "all of it is on the server");
  assert.ok((await measuredOnServer(browser, demo, "bidan")).includes(name));
  assert.equal(await page.locator("#login").inputValue(), login);
  const enter = async () => {
    await page.locator("#password").fill(password);
    await page.locator("button.main").click();
  };
  await enter();
  await page.locator(".note.bad", { hasText: "tidak dipakai di aplikasi lapangan" }).waitFor();
  await give("kader", post);
  await enter();
  await page.locator("#pin2").waitFor();
  await context.close();
  await admin.context().close();
});
