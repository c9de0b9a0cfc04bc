// A demo of its own for each test file, a browser, and what must hold on every page.
//
// SIMPUL_BIN            the application (default target/debug/simpul)
// SIMPUL_TEST_CHROMIUM  the browser (default /usr/bin/chromium)

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
const screenshots = join(root, "target/screenshots");

// A signal ends a process without its `exit` handlers unless somebody listens.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** A cheap phone and a desk's laptop. */
export const WIDTHS = [360, 1280];

const START_PATIENCE = 5 * 60_000;
const STOP_PATIENCE = 10_000;

/**
 * Starts the demo on an empty folder: `{ base, users: Map role -> {login, password}, stop() }`. With
 * `daysAgo` the morning was so long ago that no child of today has been measured yet, at whatever
 * hour the tests run.
 */
export async function startDemo({ daysAgo } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "simpul-pages-"));
  const program = process.env.SIMPUL_BIN ?? join(root, "target/debug/simpul");
  const args = ["demo", "--data", folder, "--listen", "127.0.0.1:0"];
  if (daysAgo) args.push("--on", new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10));
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const clear = () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  // Should this process be ended from outside, the demo ends with it.
  process.once("exit", clear);

  const stop = async () => {
    const patience = setTimeout(() => child.kill("SIGKILL"), STOP_PATIENCE);
    if (child.pid && child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    clearTimeout(patience);
    process.off("exit", clear);
    clear();
  };
  try {
    return { ...(await announced(child)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Reads what the demo prints until it serves; afterwards its output is read and dropped. */
function announced(child) {
  const users = new Map();
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("the demo did not serve in time")), START_PATIENCE);
    const settle = (how, value) => {
      clearTimeout(late);
      how(value);
    };
    child.once("error", (error) => settle(reject, error));
    child.once("exit", (code) => settle(reject, new Error(`the demo ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [word, ...rest] = line.trim().split(/\s+/);
      if (word === "user") {
        const [role, login, password] = rest;
        // The demo has a user of each role in each region: the first one will do.
        if (!users.has(role)) users.set(role, { login, password });
      } else if (word === "serving") {
        settle(resolve, { base: new URL(rest[0]).origin, users });
      }
    });
  });
}

export function launchBrowser(more = []) {
  return chromium.launch({
    executablePath: process.env.SIMPUL_TEST_CHROMIUM ?? "/usr/bin/chromium",
    // Root in a container has neither a sandbox nor much shared memory.
    args: ["--no-sandbox", "--disable-dev-shm-usage", ...more],
  });
}

/** A browser on a demo in which each role signs in once. */
export class Visitors {
  #browser;
  #demo;
  #sessions = new Map();

  static async start() {
    const visitors = new Visitors();
    visitors.#demo = await startDemo();
    try {
      visitors.#browser = await launchBrowser();
    } catch (error) {
      await visitors.#demo.stop();
      throw error;
    }
    return visitors;
  }

  async stop() {
    await this.#browser.close();
    await this.#demo.stop();
  }

  get roles() {
    return [...this.#demo.users.keys()];
  }

  /** A fresh page of this width, signed in as the role; without a role, a stranger's. */
  async page({ role, width = 1280 } = {}) {
    if (role && !this.#sessions.has(role)) {
      this.#sessions.set(role, await this.#signedIn(role));
    }
    const context = await this.#browser.newContext({
      baseURL: this.#demo.base,
      viewport: { width, height: width < 600 ? 740 : 800 },
      locale: "id-ID",
      timezoneId: "Asia/Jakarta",
      reducedMotion: "reduce",
      storageState: role ? this.#sessions.get(role) : undefined,
    });
    return context.newPage();
  }

  /** Signs in as people do, by keyboard: the name, the password, Enter. */
  async #signedIn(role) {
    const user = this.#demo.users.get(role);
    assert.ok(user, `the demo has no user of the role ${role}, only ${this.roles.join(", ")}`);
    const page = await this.page();
    await page.goto("/masuk");
    const password = page.locator('input[autocomplete="current-password"]');
    const form = page.locator("form").filter({ has: password });
    await form.locator('input:not([type="hidden"])').first().fill(user.login);
    await password.fill(user.password);
    await password.press("Enter");
    await password.waitFor({ state: "detached", timeout: 15_000 });
    const state = await page.context().storageState();
    await page.context().close();
    return state;
  }

  /**
   * Opens `path` as `role` at this width and checks what must hold on every page.
   * `then` may walk on from there, for pages whose address is not known before.
   */
  async visit({ name, role, path, then, width }) {
    const page = await this.page({ role, width });
    const faults = listen(page);
    try {
      const answer = await page.goto(path, { waitUntil: "load" });
      assert.equal(answer.status(), 200, `${path} answers ${answer.status()}`);
      await then?.(page);
      await page.waitForLoadState("load");
      await screenshot(page, `${name}-${width}`);
      await holds(page);
      assert.deepEqual(faults, [], "errors in the console");
    } finally {
      await page.context().close();
    }
  }
}

/** What the page complains about, from now on. */
function listen(page) {
  const faults = [];
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("requestfailed", (request) => {
    // The browser itself drops what a page no longer needs when it is left.
    const why = request.failure().errorText;
    if (why !== "net::ERR_ABORTED") faults.push(`${request.url()} ${why}`);
  });
  return faults;
}

async function screenshot(page, name) {
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}

/** Accessible, and nothing sticks out sideways, also with text at 200 %. */
export async function holds(page) {
  assert.notEqual(await page.title(), "", "the page has no title");
  assert.ok(await page.locator("html[lang]").count(), "the page names no language");
  const { violations } = await new AxeBuilder({ page })
    .options({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      rules: { "color-contrast-enhanced": { enabled: true } },
    })
    .analyze();
  assert.deepEqual(violations.map(told), [], "axe finds faults");
  await fits(page, "at 100 %");
  const [before, after] = await page.evaluate(() => {
    const size = () => parseFloat(getComputedStyle(document.body).fontSize);
    const before = size();
    document.documentElement.style.fontSize = "200%";
    return [before, size()];
  });
  assert.ok(after > 1.9 * before, "text does not grow with the reader's setting: use rem, not px");
  await fits(page, "with text at 200 %");
  await page.evaluate(() => document.documentElement.style.removeProperty("font-size"));
}

function told({ id, help, nodes }) {
  return `${id}: ${help}: ${nodes.map((node) => node.html).join(" | ")}`;
}

/** No sideways scrolling of the page; the elements that stick out are named. */
async function fits(page, when) {
  const outside = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const needed = document.documentElement.scrollWidth;
    if (needed <= width) return [];
    const elements = [...document.body.querySelectorAll("*")]
      .filter((e) => e.getBoundingClientRect().left + Math.max(e.offsetWidth ?? 0, e.scrollWidth) > width + 1)
      .slice(-5);
    return [`${needed} px`, ...elements.map((element) => element.outerHTML.slice(0, 120))];
  });
  assert.deepEqual(outside, [], `the page is wider than ${page.viewportSize().width} px ${when}`);
}
