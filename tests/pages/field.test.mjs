// A day of a kader with the app of the field workers: signs in, loses the network, measures, is cut
// off, comes back and sends.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { becomes, button, figure, measuredOnServer, phone, signIn, unlock, watched, weigh } from "./field.mjs";
import { launchBrowser, startDemo } from "./harness.mjs";

// Children of the session.
const CHILDREN = 40;

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

test("a hari buka without network reaches the server once", { timeout: 300_000 }, async () => {
  const context = await phone(browser);
  let page = await context.newPage();
  let faults = watched(page);

  await signIn(page, demo);
  await page.getByText("Kabar dari Puskesos").waitFor();
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map((one) => one.id), [], "axe on the home page");

  await page.evaluate(() => navigator.serviceWorker.ready);
  await context.setOffline(true);
  await page.reload();
  await unlock(page);

  await button(page, "hari buka").click();
  const measured = [];
  for (let child = 0; child < CHILDREN; child += 1) {
    // Rows are counted at once: the list must stand there first.
    await page.locator("#table").waitFor();
    if (!(await page.locator("button.row", { hasText: "Ukur" }).count())) break;
    measured.push(await weigh(page));
    if (child === 4) {
      const axe = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(axe.violations.map((one) => one.id), [], "axe on a result");
    }
    if (child === 9) {
      // The phone is taken away in the middle of it.
      await page.close({ runBeforeUnload: false });
      assert.deepEqual(faults, []);
      page = await context.newPage();
      faults = watched(page);
      await page.goto(`${demo.base}/lapangan/`);
      await unlock(page);
      await button(page, "hari buka").click();
      continue;
    }
    await button(page, "Anak berikutnya").click();
  }
  assert.ok(measured.length >= 20, `only ${measured.length} children were expected`);
  await page.getByRole("button", { name: "Kembali" }).click();
  await button(page, "Kirim data").click();
  const kept = await figure(page, "Tersimpan di HP, belum terkirim");
  assert.ok(kept >= measured.length, `${kept} entries for ${measured.length} children`);
  await page.screenshot({ path: "../../target/screenshots/field-kept-360.png", fullPage: true });

  await context.setOffline(false);
  await page.locator("button.main", { hasText: "Kirim data" }).click();
  await becomes(page, "belum terkirim", 0);
  assert.equal(await figure(page, "Perlu diperbaiki"), 0);
  assert.equal(await figure(page, "Sudah terkirim"), kept);
  assert.deepEqual(faults, []);

  // The server's own page of the day counts each child once.
  const whole = await measuredOnServer(browser, demo);
  for (const name of measured) assert.ok(whole.includes(name), "each measured child stands in the day");
  assert.ok(whole.includes(`(${measured.length})`), "and is counted once");
  await context.close();
});

test("a session from the paper book is typed in as one sheet", { timeout: 300_000 }, async () => {
  const context = await phone(browser);
  const page = await context.newPage();
  const faults = watched(page);
  await signIn(page, demo, "bidan");
  await button(page, "hari buka").first().click();
  await button(page, "Isi dari buku").click();
  // A day of which nothing is known yet.
  const day = new Date(Date.now() - 9 * 86_400_000).toISOString().slice(0, 10);
  await page.locator("#date").fill(day);
  const rows = page.locator("fieldset");
  await rows.nth(3).waitFor();
  const weights = page.getByLabel("Berat badan");
  const names = [];
  for (const [n, kg] of ["8,4", "9", "achtenhalf", ""].entries()) {
    names.push((await rows.nth(n).locator("legend").innerText()).split("\n")[0]);
    if (kg) await weights.nth(n).fill(kg);
  }
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map((one) => one.id), [], "axe on the sheet");
  await button(page, "Simpan semua").click();
  // The cell that is no number and the missing name are told; nothing was kept.
  await page.locator("#e-measurer").waitFor();
  assert.equal(await page.locator("fieldset .field-error").count(), 1);
  await weights.nth(2).fill("7,9");
  await page.locator("#measurer").fill("Bu Siti");
  await page.screenshot({ path: "../../target/screenshots/field-book-360.png", fullPage: true });
  await button(page, "Simpan semua").click();
  const done = page.locator("button.row .num", { hasText: "kg" });
  await done.nth(2).waitFor();
  assert.equal(await done.count(), 3);
  await button(page, "Kembali").click();
  await button(page, "Kembali").click();
  await button(page, "Kirim data").click();
  await becomes(page, "belum terkirim", 0);
  assert.equal(await figure(page, "Perlu diperbaiki"), 0);
  assert.equal(await figure(page, "Sudah terkirim") >= 3, true);
  assert.deepEqual(faults, []);
  await context.close();
});

test("what a family brings is written down without network and reaches the desk", { timeout: 300_000 }, async () => {
  const context = await phone(browser);
  const page = await context.newPage();
  const faults = watched(page);
  await signIn(page, demo, "fasilitator");
  await page.evaluate(() => navigator.serviceWorker.ready);
  // Who does not measure has no hari buka, and no child to measure on a family's page.
  assert.equal(await button(page, "hari buka").count(), 0);
  await page.screenshot({ path: "../../target/screenshots/field-fasilitator-360.png", fullPage: true });
  await button(page, "Cari keluarga").click();
  await page.locator("#find").fill("si");
  await page.locator("button.row").first().click();
  await button(page, "Kunjungan rumah").waitFor();
  assert.equal(await button(page, "Ukur").count(), 0);
  await page.screenshot({ path: "../../target/screenshots/field-fasilitator-family-360.png", fullPage: true });
  await button(page, "Kembali").click();
  await context.setOffline(true);
  await button(page, "Catat keperluan").click();
  await page.locator("#find").fill("si");
  await page.locator("button.row").first().click();
  await button(page, "Kirim").click();
  // Told which fields are missing, and what was chosen is kept.
  await page.locator("#e-need").waitFor();
  assert.equal(await page.locator(".field-error").count(), 3);
  const { violations } = await new AxeBuilder({ page }).analyze();
  assert.deepEqual(violations.map((one) => one.id), [], "axe on the form");
  await page.screenshot({ path: "../../target/screenshots/field-intake-360.png", fullPage: true });
  await page.locator("#need").selectOption("bantuan_sosial");
  await page.locator("#note").fill("Mengapa bantuan bulan ini belum masuk?");
  await page.getByLabel("Pertanyaan").check();
  await page.getByLabel("Keluarga setuju").check();
  await button(page, "Kirim").click();
  await page.locator("section.slip .figure").first().waitFor();
  const [code, number] = await page.locator("section.slip .figure").allInnerTexts();
  await button(page, "Selesai").click();
  await context.setOffline(false);
  await button(page, "Kirim data").click();
  await becomes(page, "belum terkirim", 0);
  assert.equal(await figure(page, "Perlu diperbaiki"), 0);
  assert.deepEqual(faults, []);
  await context.close();

  // The slip that the family holds opens its page.
  const citizen = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const server = await citizen.newPage();
  await server.goto(`${demo.base}/lacak`);
  await server.getByLabel("Kode").fill(code);
  await server.getByLabel("Nomor").fill(number);
  await server.locator("button.main").click();
  await server.getByText("Diajukan").first().waitFor();
  await citizen.close();
});
