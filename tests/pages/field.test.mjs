// A day of a kader with the app of the field workers: signs in, loses the network, measures, is cut
// off, comes back and sends.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { launchBrowser, startDemo } from "./harness.mjs";

// Children of the session.
const CHILDREN = 40;
const PIN = "271126";

let demo;
let browser;
before(async () => {
  demo = await startDemo();
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const button = (page, name) => page.getByRole("button", { name });

// What went wrong on the page itself. While the network is off, requests fail as they should.
function watched(page) {
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  return faults;
}

async function unlock(page) {
  await page.locator("#pin").fill(PIN);
  await button(page, "Buka").click();
  await button(page, "Kirim data").waitFor();
}

async function type(page, number) {
  for (const key of number) {
    await button(page, key === "," ? "koma" : key).and(page.locator(".keys button")).click();
  }
}

// Weighs the first child who is still expected; the name.
async function weigh(page) {
  const row = page.locator("button.row", { hasText: "Ukur" }).first();
  const name = await row.locator(".name").innerText();
  const months = await row.locator(".muted").innerText();
  await row.click();
  const [, years, more] = months.match(/(?:(\d+) tahun)?\s*(?:(\d+) bulan)?/) ?? [];
  const age = Number(years ?? 0) * 12 + Number(more ?? 0);
  await type(page, String(Math.min(3 + age / 2, 8 + age / 6).toFixed(1)).replace(".", ","));
  const save = page.locator(".foot button.main");
  await save.click();
  // A figure that is far from last month's is asked for a second time.
  const anyway = button(page, "Simpan angka ini");
  const next = button(page, "Anak berikutnya");
  await anyway.or(next).first().waitFor();
  if (await anyway.isVisible()) await anyway.click();
  await next.waitFor();
  return name;
}

async function figure(page, name) {
  const line = page.locator("dl.figures > div", { hasText: name });
  return Number(await line.locator("dd").innerText());
}

test("a hari buka without network reaches the server once", { timeout: 300_000 }, async () => {
  const { login, password } = demo.users.get("kader");
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: "id-ID" });
  let page = await context.newPage();
  let faults = watched(page);

  await page.goto(`${demo.base}/lapangan/`);
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.locator("button.main").click();
  await page.locator("#pin2").waitFor();
  await page.locator("#pin").fill(PIN);
  await page.locator("#pin2").fill(PIN);
  await button(page, "Simpan").click();
  await button(page, "Kirim data").waitFor();
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
  await page.waitForFunction(
    () => [...document.querySelectorAll("dl.figures > div")].some(
      (line) => line.textContent.includes("belum terkirim") && line.querySelector("dd").textContent.trim() === "0",
    ),
    undefined,
    { timeout: 60_000 },
  );
  assert.equal(await figure(page, "Perlu diperbaiki"), 0);
  assert.equal(await figure(page, "Sudah terkirim"), kept);
  assert.deepEqual(faults, []);

  // The server's own page of the day counts each child once.
  const desk = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const server = await desk.newPage();
  await server.goto(`${demo.base}/masuk`);
  await server.locator('input[name="nama"]').fill(login);
  await server.locator('input[name="sandi"]').fill(password);
  await server.locator("button.main").click();
  await server.goto(`${demo.base}/posyandu`);
  await server.locator('main a[href^="/posyandu/hari/"]').first().click();
  // Those who were measured are folded away.
  const done = await server.locator("main details").allTextContents();
  const whole = done.join(" ").replaceAll(/\s+/g, " ");
  for (const name of measured) assert.ok(whole.includes(name), "each measured child stands in the day");
  assert.ok(whole.includes(`(${measured.length})`), "and is counted once");
  await desk.close();
  await context.close();
});
