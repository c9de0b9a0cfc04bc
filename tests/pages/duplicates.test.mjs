// Double records from the search to the undo, as a petugas and a koordinator of the demo do it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Visitors, WIDTHS, holds } from "./harness.mjs";

// The search of a village takes a second or two.
const PATIENCE = 60;

let visitors;
before(async () => {
  visitors = await Visitors.start();
});
after(() => visitors?.stop());

const button = (page, name) => page.getByRole("button", { name, exact: true });

/** Asks for a search and looks again until it is done. */
async function search(page) {
  await page.goto("/data-ganda");
  await button(page, "Cari data ganda").click();
  for (let looks = 0; looks < PATIENCE; looks += 1) {
    const again = page.getByRole("link", { name: "Lihat kemajuan" });
    if (!(await again.count())) return;
    await page.waitForTimeout(500);
    await again.click();
  }
  assert.fail("the search did not end");
}

for (const width of WIDTHS) {
  test(`a double is found, joined and undone at ${width} px`, async () => {
    const page = await visitors.page({ role: "petugas", width });
    await search(page);
    await page.getByText(/Terakhir dicari .* orang diperiksa, \d+ pasangan mirip/).waitFor();
    const open = page.locator(".list > li", { hasText: "Belum diperiksa" });
    await open.locator("a").first().click();
    await page.getByText("Mengapa dianggap mirip").waitFor();
    const address = new URL(page.url()).pathname;
    await holds(page);

    // Back to the size that `holds` changed.
    await page.goto(address);
    await page.getByLabel("Ya, orang yang sama").check();
    await page.getByRole("group", { name: /data mana yang tetap dipakai/ }).getByLabel("Data 1").check();
    const take = page.locator('input[name="ambil"]').first();
    if (await take.count()) await take.check();
    await button(page, "Simpan").click();
    await page.getByText("Sudah disimpan.").waitFor();

    const boss = await visitors.page({ role: "koordinator", width });
    await boss.goto(address);
    // A benefit of both families needs a second person.
    const agree = button(boss, "Setuju, gabungkan");
    if (await agree.count()) {
      await agree.click();
      await boss.goto(address);
    }
    await boss.getByText("Digabung ke data lain").or(boss.getByText("Orang yang sama")).first().waitFor();
    await holds(boss);
    await boss.goto(address);
    await button(boss, "Urungkan").click();
    await boss.goto(address);
    await boss.locator("main .chip", { hasText: "Belum diperiksa" }).first().waitFor();
    await page.context().close();
    await boss.context().close();
  });
}

test("the list for Dukcapil is a spreadsheet", async () => {
  const page = await visitors.page({ role: "petugas" });
  await page.goto("/data-ganda?daftar=selesai");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: /koreksi untuk Dukcapil/ }).click(),
  ]);
  assert.equal(file.suggestedFilename(), "koreksi-dukcapil.xlsx");
  await page.context().close();
});

test("somebody alike is shown before another record is made", async () => {
  const page = await visitors.page({ role: "petugas", width: 360 });
  const register = async (name) => {
    await page.goto("/keluarga/baru");
    await page.getByLabel("RT", { exact: true }).fill("1");
    await page.getByLabel("RW", { exact: true }).fill("1");
    await page.locator("#f-nama-1").fill(name);
    await page.getByLabel("Perempuan").check();
    await page.locator("#f-lahir-1").fill("1991-05-04");
    await page.locator("#f-hubungan-1").selectOption("kepala_keluarga");
    await button(page, "Simpan").click();
  };
  await register("Wulandari Pertiwi Cahyani");
  await page.waitForURL(/\/keluarga\/0/);
  await register("Wulandary Pertiwi Cahyani");
  await page.getByText("Mungkin sudah tercatat").waitFor();
  await page.getByRole("link", { name: "Wulandari Pertiwi Cahyani" }).waitFor();
  await holds(page);
  await page.getByLabel("Sudah dicocokkan, ini orang lain").check();
  await button(page, "Simpan").click();
  await page.waitForURL(/\/keluarga\/0/);
  await page.context().close();
});
