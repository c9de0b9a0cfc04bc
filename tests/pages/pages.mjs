// Every page to be looked at: add a line for a new page.
//
// name  of the screenshot, target/screenshots/<name>-<width>.png
// role  who opens it; none: a stranger
// path  where to start
// then  optional: how to walk on from there, for addresses that are not known before:
//       async (page) => { await page.getByRole("link", { name: "Keluarga" }).first().click(); }

export const pages = [
  { name: "sign-in", path: "/masuk" },
  { name: "kader-home", role: "kader", path: "/" },
  { name: "bidan-home", role: "bidan", path: "/" },
  { name: "petugas-home", role: "petugas", path: "/" },
  { name: "koordinator-home", role: "koordinator", path: "/" },
  { name: "supervisor-home", role: "supervisor", path: "/" },
  { name: "manajer-home", role: "manajer", path: "/" },
  { name: "pengelola-program-home", role: "pengelola_program", path: "/" },
  { name: "kepala-desa-home", role: "kepala_desa", path: "/" },
  { name: "pemantau-home", role: "pemantau", path: "/" },
  { name: "administrator-home", role: "administrator", path: "/" },
];
