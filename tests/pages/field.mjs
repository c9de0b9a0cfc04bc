// What tests of the field workers' app share: a kader at a phone.
import assert from "node:assert/strict";

export const PIN = "271126";

export const button = (page, name) => page.getByRole("button", { name });

/** What went wrong on the page itself. While the network is off, requests fail as they should. */
export function watched(page) {
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  return faults;
}

/** A phone of its own. */
export const phone = (browser, more = {}) =>
  browser.newContext({ viewport: { width: 360, height: 740 }, locale: "id-ID", reducedMotion: "reduce", ...more });

/** Signs in and chooses a PIN; the home page with the area. */
export async function signIn(page, demo, role = "kader") {
  const { login, password } = demo.users.get(role);
  await page.goto(`${demo.base}/lapangan/`);
  await page.locator("#login").fill(login);
  await page.locator("#password").fill(password);
  await page.locator("button.main").click();
  await page.locator("#pin2").waitFor();
  await page.locator("#pin").fill(PIN);
  await page.locator("#pin2").fill(PIN);
  await button(page, "Simpan").click();
  await button(page, "Kirim data").waitFor();
  // The area has come.
  await page.locator("main .empty").waitFor({ state: "detached" });
}

/** Opens the locked app where its worker was. */
export async function reopen(page, pin = PIN) {
  await page.locator("#pin").fill(pin);
  await button(page, "Buka").click();
  await page.locator("#pin").waitFor({ state: "detached" });
  await page.locator("main h1, main .note").first().waitFor();
}

/** Opens the locked app and goes to its first page. */
export async function unlock(page, pin = PIN) {
  await reopen(page, pin);
  await home(page);
}

/** Back to the first page, from wherever. */
export async function home(page) {
  const first = page.locator(".tile", { hasText: "Kirim data" });
  for (let steps = 0; steps < 20 && !(await first.isVisible()); steps += 1) {
    await button(page, "Kembali").click({ timeout: 2000 }).catch(() => undefined);
  }
  await first.waitFor();
}

export async function type(page, number) {
  for (const key of number) {
    await button(page, key === "," ? "koma" : key).and(page.locator(".keys button")).click();
  }
}

/** Children who are still expected. */
export const expected = (page) => page.locator("button.row", { hasText: "Ukur" });

/** A usual weight of a child of a list, as it is typed. */
export async function usualWeight(row) {
  const months = await row.locator(".muted").innerText();
  const [, years, more] = months.match(/(?:(\d+) tahun)?\s*(?:(\d+) bulan)?/) ?? [];
  const age = Number(years ?? 0) * 12 + Number(more ?? 0);
  return Math.min(3 + age / 2, 8 + age / 6).toFixed(1).replace(".", ",");
}

/** Opens the first child who is still expected and types a usual weight; the name. */
export async function fillIn(page) {
  const row = expected(page).first();
  const name = await row.locator(".name").innerText();
  const weight = await usualWeight(row);
  await row.click();
  await type(page, weight);
  return name;
}

/** Saves what was typed; a figure that is far from last month's is asked for a second time. */
export async function keep(page) {
  await page.locator(".foot button.main").click();
  const anyway = button(page, "Simpan angka ini");
  const next = button(page, "Anak berikutnya");
  await anyway.or(next).first().waitFor();
  if (await anyway.isVisible()) await anyway.click();
  await next.waitFor();
}

/** Weighs the first child who is still expected; the name. */
export async function weigh(page) {
  const name = await fillIn(page);
  await keep(page);
  return name;
}

/** A figure of the page "Kirim data". */
export async function figure(page, name) {
  const line = page.locator("dl.figures > div", { hasText: name });
  return Number(await line.locator("dd").innerText());
}

/** Waits until a figure of the page "Kirim data" is this one. */
export async function becomes(page, name, wanted) {
  const found = async () => (await figure(page, name)) === wanted;
  for (let tries = 0; tries < 300; tries += 1) {
    if (await found()) return;
    await page.waitForTimeout(200);
  }
  assert.equal(await figure(page, name), wanted, name);
}

/** A page of the server itself, as this role sees it, in a browser of its own. */
export async function serverPage(browser, demo, role, path) {
  const { login, password } = demo.users.get(role);
  const page = await (await phone(browser)).newPage();
  await page.goto(`${demo.base}/masuk`);
  await page.locator('input[name="nama"]').fill(login);
  await page.locator('input[name="sandi"]').fill(password);
  await page.locator("button.main").click();
  await page.goto(`${demo.base}${path}`);
  return page;
}

/** The names that the server's own page of the first day lists as measured. */
export async function measuredOnServer(browser, demo, role = "kader") {
  const server = await serverPage(browser, demo, role, "/posyandu");
  await server.locator('main a[href^="/posyandu/hari/"]').first().click();
  // Those who were measured are folded away.
  const done = await server.locator("main details").allTextContents();
  await server.context().close();
  return done.join(" ").replaceAll(/\s+/g, " ");
}

/** Refers the first family that is still to be asked; its slip is open then. */
export async function refer(page, need) {
  await button(page, "Masih ditanya").click();
  await page.locator("main .list button, main button.row").first().click();
  await page.getByLabel("Ibu, ayah, atau wali").check();
  await page.locator('input[name="consent"]').first().check();
  await page.locator('input[name="measures"]').last().check();
  await page.locator("button.main").click();
  await page.locator("button.main", { hasText: "Cukup" }).click();
  await page.getByLabel(need).check();
  await page.locator("button.main", { hasText: "Kirim ke Puskesos" }).click();
  await button(page, "Serahkan ke Puskesos").waitFor();
}

/** What lies in a store of the phone, as it is kept. */
export const stored = (page, store) =>
  page.evaluate(
    (store) => new Promise((resolve, reject) => {
      const opening = indexedDB.open("simpul-lapangan");
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const db = opening.result;
        const asked = db.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => {
          db.close();
          resolve(asked.result.map(({ id, row }) => ({ id, kind: row?.kind, is: row?.status.is })));
        };
      };
    }),
    store,
  );
