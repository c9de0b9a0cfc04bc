// What a kader types beside the scales: visits, news of families, corrections. It stays with the phone
// until it is saved, and what becomes of it comes back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  becomes, button, expected, figure, home, keep, phone, reopen, serverPage, signIn, stored, type, usualWeight,
  watched,
} from "./field.mjs";
import { holds, launchBrowser, startDemo } from "./harness.mjs";

const PATIENCE = 300_000;

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

const shot = (page, name) => page.screenshot({ path: `../../target/screenshots/field-${name}-360.png`, fullPage: true });

const ofKind = async (page, kind) => (await stored(page, "outbox")).filter((one) => one.kind === kind);

/** From the first page to the family of a child who is still to be asked about; the child's name. */
async function familyToAsk(page, then) {
  await button(page, "Masih ditanya").click();
  const child = await page.locator("button.row .name").first().innerText();
  await home(page);
  await button(page, then).click();
  await page.locator("#find").fill(child);
  await page.locator("button.row", { hasText: child }).first().click();
  return child;
}

const visit = (page) => page.locator("h1", { hasText: "Kunjungan rumah" });

test("a visit that is half written stays, whatever befalls the phone, and is saved once", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  let page = await context.newPage();
  let faults = watched(page);
  await signIn(page, demo);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await context.setOffline(true);
  const child = await familyToAsk(page, "Kunjungan rumah");
  await visit(page).waitFor();
  await button(page, "Kembali").click();
  await page.locator(".tile").first().waitFor();
  assert.equal(await button(page, "Lanjutkan isian").count(), 0, "nothing was typed");
  await button(page, "Kunjungan rumah").click();
  await page.locator("#find").fill(child);
  await page.locator("button.row", { hasText: child }).first().click();
  await page.getByRole("radio", { name: "Ya" }).first().check();
  await page.getByRole("checkbox", { name: child }).check();
  const question = page.locator("main fieldset").nth(2);
  await question.getByRole("radio").first().check();
  await page.locator("#note").fill("Rumahnya pindah ke belakang musala.");
  await holds(page);
  await shot(page, "visit");

  const whole = async (when) => {
    await visit(page).waitFor();
    assert.equal(await page.locator("#note").inputValue(), "Rumahnya pindah ke belakang musala.", when);
    assert.ok(await page.getByRole("checkbox", { name: child }).isChecked(), when);
    assert.ok(await page.locator("main fieldset").nth(2).getByRole("radio").first().isChecked(), when);
  };
  // The child is measured in between.
  const weight = await usualWeight(page.locator("label.choice", { hasText: child }));
  await button(page, `Ukur: ${child}`).click();
  await type(page, weight);
  await keep(page);
  await button(page, "Anak berikutnya").click();
  await whole("after measuring");
  await button(page, "Kunci").click();
  await reopen(page);
  await whole("after the lock");
  // Longer than the pause in typing after which it is kept.
  await page.waitForTimeout(1500);
  await page.close({ runBeforeUnload: false });
  assert.deepEqual(faults, []);
  page = await context.newPage();
  faults = watched(page);
  await page.goto(`${demo.base}/lapangan/`);
  await reopen(page);
  await whole("after the app was killed");
  // Coming back leads where it led before.
  await button(page, "Kembali").click();
  await page.locator(".tile").first().waitFor();
  await button(page, "Lanjutkan isian").click();
  await whole("after leaving by mistake");

  // The screen goes dark while it is saved: where that leads is kept with it.
  await page.evaluate(() => {
    const put = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = function (...given) {
      IDBObjectStore.prototype.add = put;
      Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
      document.dispatchEvent(new Event("visibilitychange"));
      return put.apply(this, given);
    };
  });
  await button(page, "Simpan").click();
  await page.locator("#pin").waitFor();
  await page.waitForFunction(() => !document.querySelector("main [role=status]"));
  assert.equal(await page.locator(".note.good, #note").count(), 0, "nothing is shown behind the lock");
  await page.close({ runBeforeUnload: false });
  page = await context.newPage();
  await page.goto(`${demo.base}/lapangan/`);
  await reopen(page);
  await page.locator(".note.good", { hasText: "Kunjungan tersimpan" }).waitFor();
  assert.equal(await page.locator("#note").count(), 0, "what was saved is not offered once more");
  assert.equal((await ofKind(page, "visit")).length, 1);
  await home(page);
  assert.equal(await button(page, "Lanjutkan isian").count(), 0);
  await context.setOffline(false);
  await button(page, "Kirim data").click();
  await becomes(page, "belum terkirim", 0);
  assert.equal(await figure(page, "Perlu diperbaiki"), 0);
  await context.close();
});

test("two workers share a phone, and neither sees the other's", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  const page = await context.newPage();
  const faults = watched(page);
  await signIn(page, demo);
  const first = demo.users.get("kader").login;
  await button(page, "hari buka").first().click();
  const row = expected(page).first();
  const child = await row.locator(".name").innerText();
  await row.click();
  await type(page, "7");
  await button(page, "Kunci").click();
  const kader = (await page.locator("h1").innerText()).replace("PIN ", "");
  await button(page, "Masuk sebagai kader lain").click();
  const { login, password } = demo.users.get("bidan");
  assert.notEqual(login, first);
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.locator("button.main").click();
  for (const id of ["#pin", "#pin2"]) await page.locator(id).fill("314159");
  await button(page, "Simpan").click();
  await page.locator(".tile", { hasText: "Kirim data" }).waitFor();
  assert.equal(await page.locator(".fields .value").count(), 0, "the other's child is not shown");
  await button(page, "Kunci").click();
  await page.locator("h1", { hasText: "Siapa" }).waitFor();
  await shot(page, "who");
  // Each PIN opens its own alone.
  await button(page, kader).click();
  await page.locator("#pin").fill("314159");
  await button(page, "Buka").click();
  await page.locator(".note.bad").waitFor();
  await reopen(page);
  assert.equal(await page.locator("h1").innerText(), child);
  assert.equal(await page.locator(".fields .value").first().innerText(), "7");
  assert.deepEqual(faults, []);
  await context.close();
});

test("who signs in again with the same PIN still sees what was entered", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  const page = await context.newPage();
  await signIn(page, demo);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await context.setOffline(true);
  await button(page, "hari buka").first().click();
  const child = await expected(page).first().locator(".name").innerText();
  await newsOf(page, child);
  await page.locator("#kind").selectOption("death");
  await page.getByRole("checkbox", { name: child }).check();
  await button(page, "Simpan").click();
  await page.locator(".note.good").waitFor();
  await context.setOffline(false);
  await page.evaluate(() => {
    const real = window.fetch;
    window.fetch = (where, ...more) => (String(where).includes("kirim") ? Promise.reject(new TypeError("held up")) : real(where, ...more));
  });
  await button(page, "Kunci").click();
  await button(page, "Masuk sebagai kader lain").click();
  const { login, password } = demo.users.get("kader");
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.locator("button.main").click();
  await page.locator(".note", { hasText: "PIN yang sama" }).waitFor();
  await shot(page, "pin-again");
  for (const id of ["#pin", "#pin2"]) await page.locator(id).fill("271126");
  await button(page, "Simpan").click();
  await home(page);
  await button(page, "Kirim data").click();
  const line = page.locator("ul.list li", { hasText: "Peristiwa keluarga" });
  await line.waitFor();
  assert.ok((await ofKind(page, "life_event")).length === 1);
  // The page of the entries is made of the worker's own copies.
  await home(page);
  await button(page, "hari buka").first().click();
  await page.locator("#table").waitFor();
  assert.equal(await page.locator("button.row", { hasText: child }).count(), 0, "the child who died is not expected");
  await context.close();
});

test("practice shows invented people, and nothing of it is kept", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  const page = await context.newPage();
  const faults = watched(page);
  await page.goto(`${demo.base}/lapangan/`);
  await button(page, "Latihan").click();
  await button(page, "hari buka").first().click();
  const row = expected(page).first();
  const weight = await usualWeight(row);
  await row.click();
  await type(page, weight);
  await keep(page);
  await page.locator("figure.chart svg").first().waitFor();
  await shot(page, "practice");
  await button(page, "Anak berikutnya").click();
  await button(page, "Kembali").click();
  assert.equal(await button(page, "Kirim data").count(), 0, "there is nothing to send");
  assert.deepEqual(await stored(page, "outbox"), []);
  await button(page, "Selesai latihan").click();
  await page.locator("#login").waitFor();
  assert.deepEqual(faults, []);
  await context.close();
});

const server = (role, path) => serverPage(browser, demo, role, path);

async function sendAll(page) {
  await home(page);
  await button(page, "Kirim data").click();
  await becomes(page, "belum terkirim", 0);
  assert.equal(await figure(page, "Perlu diperbaiki"), 0);
}

/** From the first page to the form for news of this person's family. */
async function newsOf(page, name) {
  await home(page);
  await button(page, "Kabar keluarga").click();
  await page.locator("#find").fill(name);
  await page.locator("button.row", { hasText: name }).first().click();
}

test("news of families reach the operator, and what became of them comes back", { timeout: PATIENCE }, async () => {
  const context = await phone(browser);
  const page = await context.newPage();
  const faults = watched(page);
  await signIn(page, demo);
  await context.setOffline(true);
  const child = await familyToAsk(page, "Kabar keluarga");
  const saved = page.locator(".note.good");
  const kinds = (await page.locator("#kind option").evaluateAll((all) => all.map((one) => one.value))).filter(Boolean);
  assert.deepEqual(kinds, ["birth", "newcomer", "death", "move_in", "move_out", "divorce", "marriage"]);
  const grown = page.locator("fieldset label.choice").filter({ hasNotText: "Seluruh" }).filter({ hasNotText: child });
  for (const kind of kinds) {
    await page.locator("#kind").selectOption(kind);
    if (kind === "birth") {
      await page.locator("#mother").selectOption({ index: 1 });
      await page.getByLabel("Perempuan").check();
      await page.locator("#birth").fill(new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10));
    } else if (kind === "newcomer") {
      await page.locator("#name").fill("Rahmat Pendatang");
      await page.getByLabel("Laki-laki").check();
      await page.locator("#birth").fill("1988-03-04");
      await page.locator("#relation").selectOption("famili_lain");
    } else if (kind === "move_in") {
      assert.ok(await page.getByLabel("Seluruh keluarga").isChecked());
      await page.locator("#place").fill("Dari kota");
    } else {
      // Who died does not marry.
      await grown.last().getByRole("checkbox").check();
      await page.locator("#note").fill(`Kabar ${kind}`);
    }
    await holds(page);
    if (kind === "move_in") await shot(page, "event");
    await button(page, "Simpan").click();
    await saved.waitFor();
    if (kind === "birth") await holds(page);
    await button(page, "Catat yang lain").click();
  }
  await home(page);
  await button(page, "Kabar keluarga").click();
  await button(page, "Keluarga baru").click();
  await page.locator("#dusun").fill("Krajan");
  await page.locator("#rt").fill("1");
  await button(page, "Simpan").click();
  await saved.waitFor();
  assert.equal(await page.locator("#kind").inputValue(), "newcomer");
  await page.locator("#name").fill("Wulan Baru");
  await page.getByLabel("Perempuan").check();
  await page.locator("#birth").fill("1995-01-02");
  await page.locator("#relation").selectOption("kepala_keluarga");
  await shot(page, "event-new-family");
  await button(page, "Simpan").click();
  await saved.waitFor();
  await context.setOffline(false);
  await sendAll(page);

  const desk = await server("petugas", "/pemutakhiran");
  const settle = async (kind, result, reason) => {
    await desk.goto(`${demo.base}/pemutakhiran`);
    await desk.locator("main li a", { hasText: kind }).first().click();
    await desk.locator(`input[name="hasil"][value="${result}"]`).check();
    if (reason) await desk.locator('[name="alasan"]').fill(reason);
    await desk.locator("button.main").click();
    await desk.locator(".note.good").waitFor();
  };
  for (const kind of ["Meninggal", "Pindah masuk", "Pindah keluar", "Bercerai", "Menikah"]) {
    assert.ok(await desk.locator("main li a", { hasText: kind }).count(), `${kind} waits at the desk`);
  }
  await settle("Bercerai", "done");
  await settle("Menikah", "refused", "Buku nikah belum ada.");
  await desk.context().close();

  await sendAll(page);
  await newsOf(page, child);
  const line = (kind) => page.locator("ul.list li", { hasText: kind });
  await line("Bercerai").filter({ hasText: "Sudah dimasukkan" }).waitFor();
  await line("Menikah").filter({ hasText: "Buku nikah belum ada." }).waitFor();
  assert.match(await line("Meninggal").innerText(), /Menunggu petugas/);
  await holds(page);
  await shot(page, "event-told");
  assert.deepEqual(faults, []);
  await context.close();
});

test("a field that two people corrected is kept twice, and the desk chooses", { timeout: PATIENCE }, async () => {
  const phones = [];
  for (const role of ["kader", "bidan"]) {
    const context = await phone(browser);
    const page = await context.newPage();
    await signIn(page, demo, role);
    await context.setOffline(true);
    phones.push({ context, page, faults: watched(page) });
  }
  const [one, two] = phones;
  await button(one.page, "hari buka").first().click();
  const child = await expected(one.page).first().locator(".name").innerText();
  const correct = async (page, mother) => {
    await home(page);
    await button(page, "Cari keluarga").click();
    await page.locator("#find").fill(child);
    await page.locator("button.row", { hasText: child }).first().click();
    await shot(page, "family");
    await button(page, `Perbaiki data: ${child}`).click();
    assert.ok(await button(page, "Simpan").isDisabled(), "nothing was changed yet");
    await page.locator("#mother-name").fill(mother);
    await holds(page);
    await shot(page, "correct");
    await button(page, "Simpan").click();
    await page.locator(".note.good").waitFor();
    await button(page, "Selesai").click();
    await button(page, `Perbaiki data: ${child}`).click();
    assert.equal(await page.locator("#mother-name").inputValue(), mother, "it is shown at once");
  };
  await correct(one.page, "Sumarni Asli");
  await correct(two.page, "Sumarni Lain");
  for (const { context, page } of phones) {
    await context.setOffline(false);
    await sendAll(page);
  }
  await two.page.getByText("Orang lain juga mengubah isian ini").first().waitFor();
  await shot(two.page, "corrected");

  const desk = await server("petugas", "/pemutakhiran");
  await desk.locator("main li a", { hasText: child }).filter({ hasText: "Nama ibu" }).click();
  const both = await desk.locator("main").innerText();
  assert.ok(both.includes("Sumarni Asli") && both.includes("Sumarni Lain"));
  await desk.locator('input[type="radio"][value="came"]').check();
  await desk.locator("button.main").click();
  await desk.locator(".note.good").waitFor();
  await desk.context().close();
  for (const { context, page, faults } of phones) {
    await sendAll(page);
    await home(page);
    await button(page, "hari buka").first().click();
    await page.locator("button.row", { hasText: child }).filter({ hasText: "Sumarni Lain" }).waitFor();
    assert.deepEqual(faults, []);
    await context.close();
  }
});
