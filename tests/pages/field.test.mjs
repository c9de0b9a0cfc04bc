// A day of a kader with the app of the field workers: signs in, loses the network, measures, is cut
// off, comes back and sends.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  becomes, button, expected, figure, home, keep, measuredOnServer, phone, refer, reopen, serverPage, signIn, type, unlock,
  usualWeight, watched, weigh,
} from "./field.mjs";
import { holds, launchBrowser, startDemo } from "./harness.mjs";

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
  await holds(page);

  await page.evaluate(() => navigator.serviceWorker.ready);
  const { installabilityErrors } = await (await context.newCDPSession(page)).send("Page.getInstallabilityErrors");
  // A browser for tests keeps nothing, and so installs nothing.
  assert.deepEqual(installabilityErrors.map((one) => one.errorId).filter((id) => id !== "in-incognito"), [], "it can be installed");
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
      await holds(page);
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
  assert.equal(measured.length, CHILDREN);
  await page.getByRole("button", { name: "Kembali" }).click();
  // At the quiet table: one family is asked, and what it needs is referred at once.
  await refer(page, "Pangan");
  await home(page);
  const family = await page.locator("ul.list li", { hasText: "Pangan" }).first().locator("strong").innerText();
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

  const desk = await serverPage(browser, demo, "petugas", "/puskesos");
  const cases = desk.locator("main li, main tr", { hasText: family }).filter({ hasText: "Pangan" });
  assert.ok(await cases.locator('a[href^="/rujukan/"]').count(), "the referral lies on the desk of the Puskesos");
  await desk.context().close();
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
  await holds(page);
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
  await holds(page);
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

test("a danger sign goes straight to the emergency referral, and is not forgotten", { timeout: 300_000 }, async () => {
  const context = await phone(browser);
  let page = await context.newPage();
  const faults = watched(page);
  await signIn(page, demo);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await context.setOffline(true);
  await button(page, "hari buka").first().click();
  const row = expected(page).first();
  const child = await row.locator(".name").innerText();
  await row.click();
  await page.locator("summary", { hasText: "segera ditolong" }).click();
  await page.getByLabel("Kejang").check();
  // Not one figure is asked for.
  await page.locator(".foot button.main").click();
  await page.locator(".note.bad.lead").waitFor();
  assert.deepEqual(faults, []);
  await holds(page);
  await page.screenshot({ path: "../../target/screenshots/field-emergency-360.png", fullPage: true });
  await page.locator("#note").fill("Ayahnya sedang di ladang.");
  // Longer than the pause in typing after which it is kept.
  await page.waitForTimeout(1500);
  await page.close({ runBeforeUnload: false });
  page = await context.newPage();
  await page.goto(`${demo.base}/lapangan/`);
  await reopen(page);
  await page.locator(".note.bad.lead").waitFor();
  assert.ok((await page.locator("main").innerText()).includes(child));
  assert.equal(await page.locator("#note").inputValue(), "Ayahnya sedang di ladang.");
  await page.locator("button.main").click();
  await page.locator("section.slip").waitFor();
  const [, number] = await page.locator("section.slip .figure").allInnerTexts();
  assert.match(number, /^\d{4}$/);
  await page.screenshot({ path: "../../target/screenshots/field-emergency-slip-360.png", fullPage: true });
  await home(page);
  const family = await page.locator("ul.list li strong").first().innerText();
  await context.setOffline(false);
  await button(page, "Kirim data").click();
  await becomes(page, "belum terkirim", 0);
  assert.equal(await figure(page, "Perlu diperbaiki"), 0);
  await context.close();

  const desk = await serverPage(browser, demo, "petugas", "/puskesos");
  const urgent = desk.locator("main li, main tr", { hasText: family }).filter({ hasText: "Darurat" });
  assert.equal(await urgent.locator('a[href^="/rujukan/"]').count(), 1, "the desk sees it");
  await desk.context().close();
});

test("two phones weigh one child: it counts once, and both see both", { timeout: 300_000 }, async () => {
  const phones = [];
  for (const role of ["kader", "bidan"]) {
    const context = await phone(browser);
    const page = await context.newPage();
    await signIn(page, demo, role);
    await context.setOffline(true);
    phones.push({ context, page, faults: watched(page) });
  }
  let child;
  const weights = [];
  for (const [n, { page }] of phones.entries()) {
    await page.locator(".tiles button.main").first().click();
    const row = child ? page.locator("button.row", { hasText: child }) : expected(page).first();
    child ??= await row.locator(".name").innerText();
    const usual = await usualWeight(row);
    weights.push(n ? usual.replace(/\d$/, (last) => String((Number(last) + 3) % 10)) : usual);
    await row.click();
    await type(page, weights[n]);
    await keep(page);
    await button(page, "Anak berikutnya").click();
  }
  for (const { context, page } of phones) {
    await home(page);
    await context.setOffline(false);
    await button(page, "Kirim data").click();
    await becomes(page, "belum terkirim", 0);
    assert.equal(await figure(page, "Perlu diperbaiki"), 0);
  }
  // The first hears of the second.
  await phones[0].page.locator("button.main", { hasText: "Kirim data" }).click();
  await phones[1].page.getByText("Keduanya disimpan, dihitung satu kali").first().waitFor();
  assert.equal((await measuredOnServer(browser, demo)).split(child).length - 1, 1, "it stands in the day once");
  for (const { context, page, faults } of phones) {
    await home(page);
    await page.locator(".tiles button.main").first().click();
    const row = page.locator("button.row", { hasText: child });
    await row.filter({ hasText: weights.map((weight) => `${weight} kg`).join(" / ") }).waitFor();
    await row.click();
    await page.locator(".note", { hasText: `${weights[0]} kg / ${weights[1]} kg` }).waitFor();
    await page.screenshot({ path: "../../target/screenshots/field-twice-360.png", fullPage: true });
    assert.deepEqual(faults, []);
    await context.close();
  }
});
