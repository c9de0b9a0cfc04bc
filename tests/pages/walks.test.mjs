// Matters on their way through the pages, as people walk them: from the desk to the answer that a
// family reads. Each walk is played in a real browser, with the users of the demo.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Visitors, holds } from "./harness.mjs";

let visitors;
before(async () => {
  visitors = await Visitors.start();
});
after(() => visitors?.stop());

const PHONE = 360;
const PATIENCE = { timeout: 120_000 };

async function as(role, path, width = 1280) {
  const page = await visitors.page({ role, width });
  await page.goto(path);
  return page;
}

const main = (page) => page.locator("main");
const says = (page, text) => main(page).getByText(text).first().waitFor();
const path = (page) => new URL(page.url()).pathname;

/** Fills in what a form asks for: radio buttons and ticks by value, everything else by typing. */
async function fill(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const choice = form.locator(`:is(input[type=radio], input[type=checkbox])[name="${name}"][value="${value}"]`);
    const select = form.locator(`select[name="${name}"]`);
    if (await choice.count()) await choice.check();
    else if (await select.count()) await select.selectOption(value);
    else await form.locator(`[name="${name}"]`).fill(value);
  }
}

async function send(page, form) {
  await form.locator("button").last().click();
  await page.waitForLoadState("load");
}

/** Takes a step on the page of a case. */
async function step(page, act, fields = {}) {
  const form = page.locator(`form:has(input[name="act"][value="${act}"])`);
  const folded = page.locator(`details#f-${act}`);
  if (await folded.count()) await folded.evaluate((one) => { one.open = true; });
  const named = Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${act}_${name}`, value]));
  await fill(form, named);
  await send(page, form);
  await says(page, "Sudah dicatat.");
}

/** A matter of some family that has none of its kind open; gives the path of its case. */
async function bring(page, { field, kind = "kebutuhan", note }) {
  for (let nth = 0; nth < 12; nth += 1) {
    await page.goto("/keluarga");
    await page.locator('input[name="cari"]').fill("siti");
    await page.locator('main form button.main').first().click();
    await page.locator('main .list a[href^="/keluarga/"]').nth(nth).click();
    await page.locator('main a[href$="/keperluan"]').click();
    const form = page.locator('form[action$="/keperluan"]');
    await fill(form, {
      jenis: kind, bidang: field, isi: note, penutur: "sendiri", izin: "ya", kapan: "rutin", cara: "meja",
    });
    await send(page, form);
    assert.match(path(page), /^\/rujukan\//, await main(page).innerText());
    // A family with an open case of this need gets no second one: another family will do.
    if (await main(page).getByText("Baru masuk").count()) return path(page);
  }
  throw new Error("every family has such a case open");
}

/** Code and number of a slip. */
async function slip(page, matter) {
  await page.goto(matter.replace("/rujukan/", "/bukti/"));
  return page.locator(".slip dd.figure").allInnerTexts();
}

/** What a family reads with its slip, on its own phone. */
async function track([code, number]) {
  const page = await as(undefined, "/lacak", PHONE);
  await page.getByLabel("Kode").fill(code);
  await page.getByLabel("Nomor").fill(number);
  await page.locator("button.main").click();
  return page;
}

const chip = (page) => main(page).locator(".chip").first().innerText();

test("a need goes from the front office to the back office, to a service and back, is decided, and the family reads it", PATIENCE, async () => {
  const front = await as("front_office", "/puskesos");
  const matter = await bring(front, { field: "kesehatan", note: "jaminan kesehatan tidak aktif" });
  await step(front, "accept");
  assert.equal(await front.locator("details#f-refer_on").count(), 0, "the front office refers nobody on");
  const desk = await as("back_office", matter);
  await step(desk, "refer_on", { to: "puskesmas", note: "mohon dicek kepesertaannya" });

  const service = await as("pengelola_program", "/puskesos");
  await service.goto(matter);
  await says(service, "mohon dicek kepesertaannya");
  await step(service, "accept");
  await step(service, "send_back", { why: "sudah dicek, mohon desa memutuskan pendampingan" });
  await desk.goto(matter);
  await says(desk, "mohon desa memutuskan pendampingan");
  await step(desk, "advise", { to: "setujui", why: "berkas lengkap" });

  const lead = await as("koordinator", "/puskesos?kerja=putuskan");
  await lead.locator(`main a[href="${matter}"]`).first().click();
  await step(lead, "approve", {
    by: "puskesos", what: "didampingi mengurus jaminan", next: "datang ke balai desa hari Senin",
  });
  await desk.goto(`${matter}/surat`);
  const letter = desk.locator('form[action$="/surat"]');
  await letter.locator('input[name="jenis"]').first().check();
  await fill(letter, { isi: "Untuk mengurus jaminan kesehatan." });
  await send(desk, letter);
  await says(desk, "Untuk mengurus jaminan kesehatan.");
  const printed = await desk.locator('main a[href$="/pdf"]').getAttribute("href");
  const pdf = await desk.request.get(new URL(printed, desk.url()).href);
  assert.equal(pdf.headers()["content-type"], "application/pdf");
  assert.ok((await pdf.body()).toString("latin1").startsWith("%PDF-"));

  // Noted by mistake, and taken back with a reason.
  await desk.goto(matter);
  await step(desk, "received", { what: "kartu sudah aktif" });
  await step(desk, "not_received", { why: "kartunya baru aktif bulan depan" });

  const family = await track(await slip(desk, matter));
  assert.equal(await chip(family), "Disetujui");
  await says(family, "kartunya baru aktif bulan depan");
  await says(family, "datang ke balai desa hari Senin");
  assert.ok(!(await main(family).innerText()).includes("berkas lengkap"), "what the office proposed stays there");
  await holds(family);
});

test("a refusal has a reason, and an objection opens it again", PATIENCE, async () => {
  const desk = await as("petugas", "/puskesos");
  const matter = await bring(desk, { field: "perumahan", note: "atap dapur bocor" });
  await step(desk, "accept");
  const lead = await as("koordinator", matter);
  await step(lead, "refuse", { reason: "kuota_penuh", why: "kuota tahun ini habis", next: "usulkan lagi bulan Januari" });
  const ticket = await slip(desk, matter);
  const family = await track(ticket);
  assert.equal(await chip(family), "Ditolak");
  await family.locator("details#f-alasan summary").click();
  const objection = family.locator('form[action="/lacak/sanggah"]');
  await fill(objection, { alasan: "rumah kami roboh sebagian" });
  await send(family, objection);

  const above = await as("supervisor", "/suara");
  await above.locator(`main a[href="${matter}/pesan"]`).first().click();
  const answer = above.locator('form[action^="/sanggah/"]');
  await answer.locator('input[name="hasil"]').first().check();
  await fill(answer, { alasan: "keadaan rumah berubah", lanjut: "desa memeriksa lagi minggu ini" });
  await send(above, answer);
  const again = await track(ticket);
  assert.equal(await chip(again), "Diproses");
  await says(again, "desa memeriksa lagi minggu ini");
});

test("a desk passes a matter up, and the supervisor has it on the list", PATIENCE, async () => {
  const desk = await as("petugas", "/puskesos");
  const matter = await bring(desk, { field: "pendidikan", note: "anak berhenti sekolah" });
  await step(desk, "escalate", { to: "kecamatan", why: "perlu bantuan kecamatan" });
  const above = await as("supervisor", "/puskesos?kerja=terusan", PHONE);
  await above.locator(`main a[href="${matter}"]`).first().waitFor();
  await holds(above);
  await above.goto("/puskesos/papan");
  await says(above, "Menunggu siapa");
  await above.goto(matter);
  await step(above, "reply", { text: "kami bantu minggu ini" });
});

test("an emergency is reported on a phone, answered side by side, and closed", PATIENCE, async () => {
  const kader = await as("kader", "/darurat/lapor", PHONE);
  const form = kader.locator('form[action="/darurat/lapor"]');
  await fill(form, { jenis: "tanda_bahaya", tempat: "RT 2, dekat mushala", perlu: "ambulans", orang: "satu ibu" });
  await send(kader, form);
  const sheet = path(kader);
  assert.match(sheet, /^\/darurat\/[0-9a-f-]+$/);
  await holds(kader);

  const desk = await as("petugas", sheet);
  await says(desk, "RT 2, dekat mushala");
  for (const side of [0, 1]) {
    const open = desk.locator("section.card").nth(side).locator("details");
    await open.locator("summary").click();
    const answer = open.locator("form");
    await answer.locator('input[value="selesai"]').check();
    await answer.locator("textarea").first().fill("sudah ditangani bidan dan Puskesos");
    await send(desk, answer);
  }
  const matter = sheet.replace("/darurat/", "/rujukan/");
  await desk.goto(matter);
  await step(desk, "accept");
  await step(desk, "answer", { text: "selesai ditangani, ibu sudah di Puskesmas" });
  await kader.goto(sheet);
  await says(kader, "Keadaan darurat ini sudah selesai.");
  await desk.goto(matter.replace("/rujukan/", "/bukti/"));
  assert.equal(await desk.locator(".slip dd.figure").count(), 0, "no code leads to a public page");
});

test("a complaint about the head of a village goes past the village", PATIENCE, async () => {
  const desk = await as("petugas", "/keperluan");
  const form = desk.locator('form[action="/keperluan"]');
  await fill(form, {
    jenis: "pengaduan", bidang: "bantuan", isi: "diminta uang saat pembagian beras", pejabat: "kepala_desa",
    penutur: "tetangga", kapan: "prioritas", cara: "meja",
  });
  await send(desk, form);
  const ticket = await desk.locator("dd.figure, .figure").allInnerTexts();
  const look = async (page) => {
    await page.locator("#f-kata").fill("uang pembagian");
    await page.locator("main button.main").click();
    await page.waitForLoadState("load");
  };
  const lead = await as("koordinator", "/puskesos/cari");
  await look(lead);
  assert.ok(!(await lead.locator('main a[href^="/rujukan/"]').count()), "the village does not find it");

  const above = await as("manajer", "/puskesos/cari");
  await look(above);
  await above.locator('main a[href^="/rujukan/"]').first().click();
  await step(above, "accept");
  await step(above, "answer", { text: "sudah diperiksa inspektorat" });
  const family = await track(ticket.slice(0, 2));
  await says(family, "Sudah dijawab");
});

test("one officer does all of it on one screen, and the supervisor looks at it", PATIENCE, async () => {
  const lead = await as("koordinator", "/puskesos/tugas");
  await lead.locator('form[action="/puskesos/tugas/meja"] button').click();
  await says(lead, "Satu petugas: berlaku");
  const matter = await bring(lead, { field: "pangan", note: "beras habis" });
  await lead.locator('main a[href$="/sekaligus"]').click();
  await holds(lead);
  const form = lead.locator('form[action$="/sekaligus"]');
  await fill(form, {
    diperiksa: "sudah dilihat di rumah", bantuan: "beras lima kilogram", keputusan: "approve_puskesos",
    isi: "paket pangan desa", lanjut: "ambil hari Senin",
  });
  await send(lead, form);
  assert.equal(path(lead), matter);
  const above = await as("supervisor", "/puskesos?kerja=tinjau");
  await above.locator(`main a[href="${matter}"]`).first().click();
  await step(above, "review", { note: "sesuai" });
  // The mode does not stay for the others.
  await lead.goto("/puskesos/tugas");
  await lead.locator('form[action="/puskesos/tugas/meja"] button').click();
});
