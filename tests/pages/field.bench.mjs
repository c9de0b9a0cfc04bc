// What the field workers' app costs a phone: bytes on the wire, and times with the processor slowed
// to a quarter. Prints figures beside their limits and asserts none: `cargo xtask bench field`.
import http from "node:http";
import { once } from "node:events";
import { button, expected, phone, signIn, type, usualWeight } from "./field.mjs";
import { launchBrowser, startDemo } from "./harness.mjs";

const NAMES = 10_000;
const SLOWER = 4;
// The 95th of a hundred means little of a dozen.
const ROUNDS = 40;

/** Stands between browser and server and counts what the phone receives. */
async function counter(base) {
  const target = new URL(base);
  const count = { bytes: 0 };
  const proxy = http.createServer((request, response) => {
    const asked = http.request(
      { host: target.hostname, port: target.port, path: request.url, method: request.method, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode, answer.rawHeaders);
        answer.on("data", (piece) => { count.bytes += piece.length; });
        answer.pipe(response);
      },
    );
    request.pipe(asked);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return { count, base: `http://127.0.0.1:${proxy.address().port}`, stop: () => proxy.close() };
}

const told = (what, value, unit, limit) =>
  console.log(`${what.padEnd(44)}${value.toFixed(value < 10 ? 1 : 0).padStart(8)} ${unit.padEnd(3)} limit ${limit}`);

async function sizes(browser, demo) {
  const { count, base, stop } = await counter(demo.base);
  const context = await phone(browser);
  const page = await context.newPage();
  // The engine is held back until the first screen stands: it must not wait for it.
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${base}/lapangan/`);
  await page.locator("#login").waitFor();
  told("first screen", count.bytes / 1000, "kB", "300 kB");
  release();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForLoadState("networkidle");
  told("whole app, kept for weeks without network", count.bytes / 1000, "kB", "600 kB");
  await context.close();
  stop();
}

/** The extract of the village, with as many names as a large kelurahan has. */
async function enlarge(route) {
  const answer = await route.fetch();
  const pulled = await answer.json();
  // What changed later comes as it is: a family, not the village once more.
  const persons = pulled.whole ? pulled.extract.persons : [];
  const adults = persons.filter((one) => one.birth_date < "2015");
  for (let n = 0; adults.length && persons.length < NAMES; n += 1) {
    const one = adults[n % adults.length];
    const round = Math.floor(n / adults.length);
    persons.push({ ...one, id: `${one.id.slice(0, -4)}${(round + 1).toString(16).padStart(4, "f")}` });
  }
  await route.fulfill({ response: answer, json: pulled });
}

/** Milliseconds from a deed on the page until the next frame in which something stands there. */
const timed = (page, selector, text, until, type) =>
  page.evaluate(async ({ selector, text, until, type }) => {
    const all = [...document.querySelectorAll(selector)];
    const one = text ? all.find((element) => element.textContent.includes(text)) : all[0];
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    const start = performance.now();
    if (type === null) one.click();
    else {
      one.value = type;
      one.dispatchEvent(new Event("input", { bubbles: true }));
      await frame();
    }
    while (!document.querySelector(until)) await frame();
    await frame();
    return performance.now() - start;
  }, { selector, text, until, type: type ?? null });

function spread(what, times, limit) {
  times.sort((a, b) => a - b);
  const part = (of) => times[Math.ceil(times.length * of) - 1];
  told(`${what}, median`, part(0.5), "ms", limit);
  told(`${what}, 95th of a hundred`, part(0.95), "ms", limit);
}

async function times(browser, demo) {
  const context = await phone(browser, { serviceWorkers: "block" });
  const page = await context.newPage();
  await page.route("**/api/v1/sync/ambil*", enlarge);
  await signIn(page, demo);
  await button(page, "hari buka").click();
  await expected(page).first().waitFor();

  const client = await context.newCDPSession(page);
  await client.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  const searches = [];
  for (const typed of ["si", "sit", "siti", "mu", "muh", "ag", "agu", "nur", "de", "dew", "sri", "bu"]) {
    searches.push(await timed(page, "#search", "", "#search", typed));
  }
  await timed(page, "#search", "", "button.row", "");
  const opened = [];
  const saved = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await page.locator("#table").waitFor();
    if (!(await expected(page).count())) break;
    const weight = await usualWeight(expected(page).first());
    opened.push(await timed(page, "button.row", "Ukur", ".keys button"));
    await type(page, weight);
    const first = await timed(page, ".foot button.main", "", ".foot button.main:not([disabled])");
    const anyway = button(page, "Simpan angka ini");
    const next = button(page, "Anak berikutnya");
    await anyway.or(next).first().waitFor();
    if (await anyway.isVisible()) saved.push(await timed(page, ".foot button.main", "", ".chart, svg"));
    else saved.push(first);
    await next.click();
  }
  console.log(`processor ${SLOWER} times slower, ${NAMES} names, ${opened.length} children`);
  spread("open a profile", opened, "300 ms");
  spread("save", saved, "100 ms");
  spread("search", searches, "100 ms");
  await context.close();
}

const demo = await startDemo({ daysAgo: 2 });
const browser = await launchBrowser();
try {
  await sizes(browser, demo);
  await times(browser, demo);
} finally {
  await browser.close();
  await demo.stop();
}
