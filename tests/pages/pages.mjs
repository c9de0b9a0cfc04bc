// Every page to be looked at: add a line for a new page.
//
// name  of the screenshot, target/screenshots/<name>-<width>.png
// role  who opens it; none: a stranger
// path  where to start
// then  optional: how to walk on from there, for addresses that are not known before:
//       async (page) => { await page.getByRole("link", { name: "Keluarga" }).first().click(); }

// Follows the first link of the page's content whose address begins so.
const follow = (start) => async (page) => {
  const link = page.locator(`main a[href^="${start}"]`).first();
  await page.goto(new URL(await link.getAttribute("href"), page.url()).href);
};

// Follows several, one after the other.
const walk = (...starts) => async (page) => {
  for (const start of starts) await follow(start)(page);
};

// A page below the day that was held last.
const day = (part) => async (page) => {
  await follow("/posyandu/hari/")(page);
  await page.goto(page.url().split("?")[0] + part);
};

// A page in the folder of a case.
const folder = (part) => async (page) => {
  await follow("/rujukan/")(page);
  await page.goto(`${page.url().split("?")[0]}/${part}`);
};

// The citizen's page, with the code and number of a printed slip.
const track = async (page) => {
  await walk("/rujukan/", "/bukti/")(page);
  const [code, number] = await page.locator(".slip dd.figure").allInnerTexts();
  await page.goto(new URL("/lacak", page.url()).href);
  await page.getByLabel("Kode").fill(code);
  await page.getByLabel("Nomor").fill(number);
  await page.locator("button.main").click();
};

const homes = [
  "kader", "bidan", "petugas", "koordinator", "fasilitator", "mitra", "front_office", "back_office", "supervisor", "manajer", "pengelola_program",
  "kepala_desa", "pemantau", "administrator",
].map((role) => ({ name: `${role.replaceAll("_", "-")}-home`, role, path: "/" }));

export const pages = [
  { name: "sign-in", path: "/masuk" },
  { name: "tracking", path: "/lacak" },
  ...homes,
  { name: "password", role: "kader", path: "/sandi" },
  { name: "day", role: "kader", path: "/posyandu", then: follow("/posyandu/hari/") },
  { name: "book", role: "kader", path: "/posyandu", then: day("/buku") },
  { name: "skdn", role: "kader", path: "/posyandu", then: day("/skdn") },
  { name: "register", role: "kader", path: "/posyandu", then: day("/register") },
  { name: "kia", role: "kader", path: "/posyandu", then: day("/kia") },
  { name: "child", role: "kader", path: "/posyandu", then: walk("/posyandu/hari/", "/anak/") },
  { name: "to-ask", role: "kader", path: "/tanya" },
  { name: "asking", role: "kader", path: "/tanya", then: follow("/tanya/") },
  { name: "families", role: "kader", path: "/keluarga" },
  { name: "new-family", role: "petugas", path: "/keluarga/baru" },
  { name: "birth", role: "petugas", path: "/keluarga/bayi" },
  { name: "midwife-list", role: "bidan", path: "/bidan" },
  { name: "case", role: "koordinator", path: "/puskesos", then: follow("/rujukan/") },
  { name: "documents", role: "koordinator", path: "/puskesos", then: folder("berkas") },
  { name: "messages", role: "koordinator", path: "/puskesos", then: folder("pesan") },
  { name: "voices", role: "supervisor", path: "/suara" },
  { name: "notices", role: "petugas", path: "/kabar" },
  { name: "notice-by-hand", role: "petugas", path: "/kabar", then: follow("/kabar/") },
  { name: "queue", role: "petugas", path: "/antrean" },
  { name: "queue-of-the-secretariat", role: "front_office", path: "/antrean" },
  { name: "waiting-room", role: "petugas", path: "/antrean/layar" },
  { name: "visiting-hours-of-a-partner", role: "mitra", path: "/antrean/jadwal" },
  { name: "visiting-hours", role: "petugas", path: "/antrean/jadwal" },
  { name: "letters", role: "petugas", path: "/puskesos", then: folder("surat") },
  { name: "aloud", role: "petugas", path: "/lacak/bacakan" },
  { name: "tracked", role: "koordinator", path: "/puskesos?daftar=selesai", then: track },
  { name: "slip", role: "koordinator", path: "/puskesos", then: walk("/rujukan/", "/bukti/") },
  { name: "family", role: "koordinator", path: "/puskesos", then: walk("/rujukan/", "/keluarga/") },
  { name: "checks", role: "petugas", path: "/puskesos/cek" },
  { name: "intake", role: "petugas", path: "/keperluan" },
  { name: "intake-public", path: "/lapor" },
  { name: "board", role: "supervisor", path: "/puskesos/papan" },
  { name: "trend", role: "manajer", path: "/puskesos/papan/tren" },
  { name: "case-search", role: "manajer", path: "/puskesos/cari" },
  { name: "cases-narrowed", role: "supervisor", path: "/puskesos?tunggu=meja&kerja=berkas" },
  { name: "emergencies", role: "kader", path: "/darurat" },
  { name: "emergency-report", role: "kader", path: "/darurat/lapor" },
  { name: "duty", role: "koordinator", path: "/puskesos/tugas" },
  { name: "to-post", role: "petugas", path: "/ke-pos" },
  { name: "services", role: "koordinator", path: "/layanan" },
  { name: "new-service", role: "koordinator", path: "/layanan/baru" },
  { name: "updates", role: "petugas", path: "/pemutakhiran" },
  { name: "duplicates", role: "koordinator", path: "/data-ganda" },
  // Ids begin with their time.
  { name: "duplicate-pair", role: "koordinator", path: "/data-ganda", then: follow("/data-ganda/0") },
  { name: "duplicates-decided", role: "koordinator", path: "/data-ganda?daftar=selesai" },
  { name: "duplicates-figures", role: "koordinator", path: "/data-ganda/angka" },
  { name: "devices", role: "supervisor", path: "/perangkat" },
  { name: "held", role: "supervisor", path: "/kiriman" },
  { name: "users", role: "administrator", path: "/pengguna" },
  { name: "new-user", role: "administrator", path: "/pengguna/baru" },
  {
    name: "user-task", role: "administrator", path: "/pengguna",
    then: (page) => page.locator('main a[href$="/tugas"]').first().click(),
  },
];
