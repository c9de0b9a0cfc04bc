// Two phones without network: a kader's phone shows a referral, the desk's phone reads it with its
// camera and sends it. Whoever sends first, the desk has it once.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { NOTHING, cameraArgs, code, film, seen } from "./camera.mjs";
import { becomes, button, figure, phone, refer, serverPage, signIn, watched } from "./field.mjs";
import { holds, launchBrowser, startDemo } from "./harness.mjs";

const PATIENCE = 300_000;
const SCREENSHOTS = "../../target/screenshots";

let demo;
let browser;
let folder;
let file;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "simpul-camera-"));
  file = join(folder, "camera.y4m");
  await film(file, [NOTHING]);
  demo = await startDemo({ daysAgo: 2 });
  browser = await launchBrowser(cameraArgs(file));
});
after(async () => {
  await browser?.close();
  await demo?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A worker's phone with the app open. */
async function worker(role) {
  const context = await phone(browser, { deviceScaleFactor: 2 });
  const page = await context.newPage();
  await signIn(page, demo, role);
  await page.evaluate(() => navigator.serviceWorker.ready);
  return { context, page, faults: watched(page) };
}

/** "Kirim data": takes what is new, such as the keys of other phones. */
async function meets(page) {
  await button(page, "Kirim data").click();
  const pulled = page.waitForResponse((answer) => answer.url().includes("/sync/ambil"));
  await page.locator("button.main", { hasText: "Kirim data" }).click();
  await pulled;
  await button(page, "Kembali").click();
}

/** All codes that the page shows, as a camera sees them. */
async function codes(page) {
  await page.locator("svg.code").waitFor();
  const still = button(page, "Berhenti berganti");
  const count = Number((await page.locator(".count").innerText()).split(" ").at(-1));
  if (count > 1) await still.click();
  const pictures = [];
  for (let n = 0; n < count; n += 1) {
    const png = await page.locator("svg.code").screenshot();
    pictures.push(await seen(page, png, { turn: 0.02 + 0.03 * n }));
    if (count > 1) await button(page, "Kode berikutnya").click();
  }
  return pictures;
}

/** Opens the page that reads, with this before the camera. */
async function reads(page, pictures) {
  await film(file, pictures);
  await button(page, "Terima dari HP kader").click();
}

/** What the app says of these pictures. */
async function says(page, pictures, words) {
  await reads(page, pictures);
  await page.locator(".note", { hasText: words }).waitFor();
  await button(page, "Kembali").first().click();
}

/** The cases on the desk's list of the server that are of this family. */
async function onTheDesk(family) {
  const page = await serverPage(browser, demo, "petugas", "/puskesos");
  const links = page.locator("main li, main tr", { hasText: family }).locator('a[href^="/rujukan/"]');
  const cases = new Set(await links.evaluateAll((all) => all.map((one) => one.getAttribute("href"))));
  await page.context().close();
  return [...cases].sort();
}

test("a referral goes from phone to phone and counts once", { timeout: PATIENCE }, async () => {
  const desk = await worker("petugas");
  const kader = await worker("kader");
  await meets(desk.page);
  await desk.context.setOffline(true);
  await kader.context.setOffline(true);

  await refer(kader.page, "Pangan");
  await button(kader.page, "Serahkan ke Puskesos").click();
  const pictures = await codes(kader.page);
  const whole = await kader.page.locator("svg.code").boundingBox();
  assert.ok(whole.y + whole.height <= 740, "all of the code is on the screen");
  await kader.page.screenshot({ path: `${SCREENSHOTS}/field-show-360.png`, fullPage: true });
  await holds(kader.page);

  // In another order than shown.
  await reads(desk.page, [...pictures.slice(1), pictures[0]].reverse());
  await desk.page.locator(".note.good").waitFor();
  await desk.page.screenshot({ path: `${SCREENSHOTS}/field-taken-360.png`, fullPage: true });
  const family = await desk.page.locator(".card h2").innerText();
  assert.ok((await desk.page.locator(".card").innerText()).includes("Pangan"));
  const needs = await desk.page.locator(".card li").count();
  await holds(desk.page);
  await button(desk.page, "Selesai").click();
  const before = await onTheDesk(family);
  assert.deepEqual([desk.faults, kader.faults], [[], []]);

  // The desk finds a network first.
  await desk.context.setOffline(false);
  await button(desk.page, "Kirim data").click();
  await becomes(desk.page, "belum terkirim", 0);
  assert.equal(await figure(desk.page, "Perlu diperbaiki"), 0);
  assert.ok((await figure(desk.page, "Sudah terkirim")) >= 2);
  await desk.page.locator(".chip.good", { hasText: "Sudah terkirim" }).waitFor();
  await desk.page.screenshot({ path: `${SCREENSHOTS}/field-carried-360.png`, fullPage: true });
  const there = await onTheDesk(family);
  assert.equal(there.length, before.length + needs, "each need once");

  // Then the kader does.
  await kader.context.setOffline(false);
  await button(kader.page, "Sudah terbaca").click();
  await button(kader.page, "Anak berikutnya").click();
  await button(kader.page, "Kembali").click();
  await button(kader.page, "Kirim data").click();
  await becomes(kader.page, "belum terkirim", 0);
  assert.equal(await figure(kader.page, "Perlu diperbaiki"), 0);
  assert.deepEqual(await onTheDesk(family), there, "once, whoever brings it");
  await kader.context.close();
  await desk.context.close();
});

test("what cannot be taken is not, and the app says why", { timeout: PATIENCE }, async () => {
  const desk = await worker("petugas");
  const kader = await worker("kader");
  const stranger = await worker("koordinator");
  await meets(desk.page);
  const unknown = await worker("kader");
  for (const one of [desk, kader, stranger, unknown]) await one.context.setOffline(true);

  const refers = async (page, need) => {
    await refer(page, need);
    await button(page, "Serahkan ke Puskesos").click();
    const pictures = await codes(page);
    await button(page, "Sudah terbaca").click();
    return pictures;
  };
  const home = async (page) => {
    await button(page, "Anak berikutnya").click();
    await button(page, "Kembali").click();
  };
  const one = await refers(kader.page, "Pangan");
  await home(kader.page);
  const two = await refers(kader.page, "Pendidikan");
  assert.ok(one.length > 1 && two.length > 1, "codes that could be mixed");

  await says(desk.page, [code("https://simpul.example")], "bukan kode dari HP kader");
  await says(desk.page, [code("SP2:ABC")], "aplikasi yang lebih baru");
  await says(desk.page, [code("SP1:ABCDEFGHIJKLMNOPQRST")], "belum terbaca utuh");
  await says(desk.page, [one[0], two[0]], "dari rujukan lain");
  await says(stranger.page, one, "tidak ditujukan ke HP ini");

  const new_phone = await refers(unknown.page, "Perumahan");
  await says(desk.page, new_phone, "belum dikenal");

  // The same phone with another key than the server knows.
  await kader.page.evaluate(async () => {
    const { privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
    const opening = indexedDB.open("simpul-lapangan");
    const db = await new Promise((resolve) => { opening.onsuccess = () => resolve(opening.result); });
    const settings = db.transaction("settings", "readwrite").objectStore("settings");
    await new Promise((resolve) => {
      const asked = settings.get("device");
      asked.onsuccess = () => {
        const kept = asked.result;
        settings.put({ ...kept, value: { ...kept.value, key: privateKey } }).onsuccess = resolve;
      };
    });
    db.close();
  });
  await button(kader.page, "Serahkan ke Puskesos").click();
  const forged = await codes(kader.page);
  await says(desk.page, forged, "Tanda tangan HP kader tidak cocok");

  // Mixed and broken codes before did no harm: this one is taken, and once.
  await reads(desk.page, [code("SP1:ABCDEFGHIJKLMNOPQRST"), ...one]);
  await desk.page.locator(".note.good").waitFor();
  await button(desk.page, "Selesai").click();
  await says(desk.page, one, "sudah ada di HP ini");

  // The supervisor ends the kader's phones, and the desk hears of it.
  await button(kader.page, "Kunci").click();
  const name = (await kader.page.locator("h1").innerText()).replace("PIN ", "");
  const watcher = await serverPage(browser, demo, "supervisor", "/perangkat");
  const phones = watcher.locator("tr", { hasText: name }).locator("form button");
  for (let left = await phones.count(); left > 0; left = await phones.count()) {
    await phones.first().click();
    await watcher.waitForLoadState();
  }
  await desk.context.setOffline(false);
  await meets(desk.page);
  await desk.context.setOffline(true);
  await reads(desk.page, two);
  await desk.page.locator(".note.bad", { hasText: "sudah dicabut" }).waitFor();
  await desk.page.screenshot({ path: `${SCREENSHOTS}/field-not-taken-360.png`, fullPage: true });
  await holds(desk.page);
  await button(desk.page, "Kembali").first().click();

  await desk.page.setViewportSize({ width: 1280, height: 800 });
  await reads(desk.page, [two[0]]);
  await desk.page.locator(".count", { hasText: "Terbaca 1 dari" }).waitFor();
  await desk.page.screenshot({ path: `${SCREENSHOTS}/field-take-1280.png`, fullPage: true });
  await holds(desk.page);
  for (const { context, faults } of [desk, kader, stranger, unknown]) {
    assert.deepEqual(faults, []);
    await context.close();
  }
});
