/** The running app: who is here, what is known, and the one way in which an entry is saved. */

import type { Body, Command, Entry, Extract, Happened, Meta, Month, Pulled, Pushed, Row, SignedIn, Summary } from "../engine/types";
import * as engine from "../engine/engine";
import { type Worker, db, keepSetting, openStore, setting } from "./db";
import { credentialOf, makeLock, openJson, sealCredential, sealJson, unlock, wipe } from "../kunci/vault";
import { chance, hex, newId, random } from "./bytes";
import { type Entered, Village, merge } from "./village";

/** Schema of entries (`simpul_phone::VERSION`). */
const VERSION = 1;
const IDLE = 5 * 60_000;
const IDLE_AT_WORK = 20 * 60_000;
const PRACTICE = "latihan";
const EMPTY: Extract = {
  posts: [], households: [], persons: [], measurements: [], days: [], screenings: [], referrals: [],
  answers: [], tasks: [], left: [], closed: [],
};

export const app = $state<{
  workers: Worker[];
  worker: Worker | null;
  practice: boolean;
  today: string;
  summary: Summary | null;
  online: boolean;
  month: Month | null;
  cutOff: string | null;
  trouble: string | null;
}>({
  workers: [], worker: null, practice: false, today: "", summary: null,
  online: navigator.onLine, month: null, cutOff: null, trouble: null,
});

let key: CryptoKey | null = null;
let extract: Extract = EMPTY;
let entered: Entered[] = [];
let nextOrder = 0;
let wakeAt: ReturnType<typeof setTimeout> | undefined;
let seen = Date.now();
let village = $state.raw(new Village(EMPTY, []));
let names: { id: string; key: string }[] = [];

/** What is known, for screens. */
export const known = () => village;

/** The server's clock less the phone's when somebody signed in: until the outbox has met the server. */
let firstSkew = 0;
const skew = () => (app.summary?.contact ? app.summary.skew : firstSkew);
const todayIn = (hours: number) => new Date(Date.now() + skew() + hours * 3_600_000).toISOString().slice(0, 10);

function refresh() {
  app.today = todayIn(app.worker?.zoneHours ?? 7);
  village = new Village(extract, entered);
}

function index() {
  const persons = [...village.persons.values()];
  const keys = engine.searchKeys(persons.map((one) => one.name));
  names = persons.map((one, n) => ({ id: one.id, key: ` ${keys[n] ?? ""}` }));
}

/** Persons whose name holds what is typed, beginnings of words first. */
export function search(typed: string, most = 50): string[] {
  const wanted = engine.searchKeys([typed])[0] ?? "";
  if (!wanted) return [];
  const first: string[] = [];
  const others: string[] = [];
  for (const one of names) {
    const at = one.key.indexOf(wanted);
    if (at < 0) continue;
    (one.key[at - 1] === " " ? first : others).push(one.id);
    if (first.length >= most) break;
  }
  return first.concat(others).slice(0, most);
}

/** Reads what the first screen shows: who works with this phone. To be called once, by the only tab. */
export async function start() {
  const taken = await openStore();
  app.workers = await db.workers.toArray();
  if (taken && app.workers.length === 0) app.trouble = "app-storage-gone";
  opened = open();
  opened.catch(() => { app.trouble = "app-broken"; });
}

/** The engine is the largest part of the app: it comes while somebody types a name or a PIN. */
let opened: Promise<void> = Promise.resolve();
export const ready = () => opened;

async function open() {
  await engine.load();
  const rows = (await db.outbox.toArray()).map((kept) => kept.row);
  const stepped = engine.outboxOpen(rows, (await setting<Meta>("outbox")) ?? null);
  app.summary = stepped.summary;
  nextOrder = stepped.next_order;
  app.today = todayIn(7);
  addEventListener("online", () => { app.online = true; void happen({ on: "online", online: true }); });
  addEventListener("offline", () => { app.online = false; void happen({ on: "online", online: false }); });
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { seen = Date.now(); }, { capture: true });
  document.addEventListener("visibilitychange", () => { if (document.hidden) lock(); });
  setInterval(() => {
    const atWork = village.days.some((day) => day.date === app.today);
    if (app.worker && Date.now() - seen > (atWork ? IDLE_AT_WORK : IDLE)) lock();
  }, 10_000);
  void happen({ on: "online", online: navigator.onLine }).catch(() => undefined);
}

/** Locks: nothing of people stays in memory. */
export function lock() {
  if (!app.worker && !app.practice) return;
  key = null;
  extract = EMPTY;
  entered = [];
  names = [];
  app.worker = null;
  app.practice = false;
  app.month = null;
  village = new Village(EMPTY, []);
}

async function device(): Promise<{ id: string; public: string }> {
  const had = await setting<{ id: string; public: string }>("device");
  if (had) return had;
  const pair = engine.keyPair(hex(random(32)));
  const made = { id: newId(Date.now()), public: pair.public };
  await keepSetting("device", made);
  return made;
}

/** Signs in, once with a network. Gives the key of the sentence when it was refused. */
export async function signIn(login: string, password: string): Promise<SignedIn | string> {
  await ready();
  const phone = await device();
  let answer: Response;
  try {
    answer = await fetch("/api/v1/sync/masuk", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        login, password, device: phone.id, device_name: navigator.userAgent.includes("Android") ? "HP Android" : "HP",
        device_key: phone.public, at: Date.now(),
      }),
    });
  } catch {
    return "app-no-network";
  }
  if (answer.ok) {
    const said = (await answer.json()) as SignedIn;
    firstSkew = said.server_time - Date.now();
    return said;
  }
  return answer.status === 429 ? "app-sign-in-locked" : answer.status < 500 ? "app-sign-in-wrong" : "app-server-away";
}

/** Keeps a worker who has signed in, behind a PIN, and fetches the extract. */
export async function adopt(login: string, said: SignedIn, pin: string) {
  const made = await makeLock(pin);
  const worker: Worker = {
    id: said.user, name: said.name, login, role: said.role, area: said.area, zoneHours: said.zone_hours,
    posts: said.posts, serverKey: said.server_key, credential: await sealCredential(said.credential),
    lock: made.lock, cursor: null, synthetic: said.synthetic, signedIn: Date.now(),
  };
  await wipe(worker.id);
  await db.workers.put(worker);
  app.workers = await db.workers.toArray();
  await happen({ on: "signed_in" });
  await enter(worker, made.key);
  await pull();
}

export async function tryPin(worker: Worker, pin: string): Promise<"open" | "wiped" | number> {
  await ready();
  const unlocked = await unlock(worker.id, pin);
  app.workers = await db.workers.toArray();
  if ("wiped" in unlocked) return "wiped";
  if ("wrong" in unlocked) return unlocked.wrong;
  const now = (await db.workers.get(worker.id)) ?? worker;
  await enter(now, unlocked.key);
  void happen({ on: "tick" }).then(() => pull());
  return "open";
}

async function enter(worker: Worker, dataKey: CryptoKey) {
  key = dataKey;
  const segment = await db.segments.get(worker.id);
  extract = segment ? ((await openJson(dataKey, segment.sealed)) as Extract) : { ...EMPTY, posts: worker.posts };
  const facts = await db.facts.where("worker").equals(worker.id).toArray();
  entered = await Promise.all(facts.map((fact) => openJson<Entered>(dataKey, fact.sealed)));
  entered.sort((a, b) => a.order - b.order);
  app.worker = worker;
  app.practice = false;
  seen = Date.now();
  refresh();
  index();
}

/** Practice: invented families, nothing is stored and nothing can be sent. */
export async function practise() {
  await ready();
  app.today = todayIn(7);
  extract = engine.practice(app.today);
  entered = [];
  app.practice = true;
  app.worker = null;
  refresh();
  index();
}

/** Who writes now. */
const author = () => app.worker?.id ?? PRACTICE;

/**
 * Saves what was entered: sealed first, then one durable transaction for the author's own copy and
 * the outbox. When it returns, it is on the phone's disk.
 */
export async function save(body: Body, options: { id?: string; fixes?: string | undefined } = {}): Promise<string> {
  const [id] = await saveMany([body], options);
  return id ?? "";
}

/** Saves all of these, or none of them. */
export async function saveMany(bodies: Body[], options: { id?: string; fixes?: string | undefined } = {}): Promise<string[]> {
  const at = Date.now();
  const all = bodies.map((body): Entered => ({
    id: options.id ?? newId(at), author: author(), at, order: nextOrder++, fixes: options.fixes ?? null, body,
  }));
  if (!app.practice) await store(all);
  // Locked meanwhile: it is on the disk, and nothing of it comes back into memory.
  if (all.some((one) => one.author !== author())) return all.map((one) => one.id);
  entered = [...entered, ...all];
  let next: Village | undefined = village;
  for (const one of all) next &&= next.with(one);
  if (next) village = next;
  else refresh();
  if (bodies.some((body) => body.kind.startsWith("register"))) index();
  return all.map((one) => one.id);
}

/** A full disk ends a transaction; what ended it lies within. */
function isFull(error: unknown): boolean {
  const { name, inner } = error as { name?: string; inner?: unknown };
  return name === "QuotaExceededError" || (!!inner && isFull(inner));
}

async function store(all: Entered[]) {
  const worker = app.worker;
  const dataKey = key;
  if (!dataKey || !worker) throw new Error("locked");
  const kept = all.map((one) => {
    const entry: Entry = {
      id: one.id, kind: one.body.kind, version: VERSION, author: worker.id, at: one.at, fixes: one.fixes, body: one.body,
    };
    const sealed = engine.seal(worker.serverKey, entry, hex(random(32)));
    const row: Row = {
      id: one.id, author: worker.id, kind: one.body.kind, at: one.at, order: one.order, bytes: sealed.bytes,
      fixes: one.fixes, status: { is: "pending" },
    };
    return { id: one.id, row, entry: sealed.entry };
  });
  const own = await Promise.all(all.map(async (one) => ({
    id: one.id, worker: worker.id, order: one.order, sealed: await sealJson(dataKey, one),
  })));
  try {
    await db.transaction("rw", db.outbox, db.facts, async () => {
      await db.outbox.bulkAdd(kept);
      await db.facts.bulkAdd(own);
    });
  } catch (error) {
    app.trouble = isFull(error) ? "app-storage-full" : "app-not-saved";
    throw error;
  }
  app.trouble = null;
  for (const { row } of kept) void happen({ on: "saved", row });
}

/** Tells the outbox what happened and does what it says, one after the other. */
let chain: Promise<unknown> = Promise.resolve();
export function happen(event: Happened): Promise<void> {
  const next = chain.then(() => step(event));
  chain = next.catch(() => undefined);
  return next;
}

async function step(event: Happened) {
  const { commands, summary, next_order } = engine.outbox(Date.now(), chance(), event);
  const before = skew();
  app.summary = summary;
  const turned = Math.abs(skew() - before) > 60_000;
  // The day is the server's, whatever the phone's clock says.
  if (turned) refresh();
  nextOrder = Math.max(nextOrder, next_order);
  for (const command of commands) await obey(command);
}

async function obey(command: Command) {
  switch (command.do) {
    case "store":
      await db.outbox.update(command.row.id, { row: command.row });
      break;
    case "receipt":
      await db.receipts.put(command.receipt);
      break;
    case "delete":
      await db.transaction("rw", db.outbox, db.facts, async () => {
        await db.outbox.delete(command.id);
        await db.facts.delete(command.id);
      });
      break;
    case "remember":
      await keepSetting("outbox", command.meta);
      break;
    case "send":
      void push(command.request, command.epoch, command.ids);
      break;
    case "pull":
      void pull();
      break;
    case "wake":
      clearTimeout(wakeAt);
      wakeAt = setTimeout(() => void happen({ on: "tick" }), Math.min(command.after, 2 ** 31 - 1));
      break;
  }
}

const zip = async (text: string) =>
  new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();

/** Any kader of this phone may carry its entries: the newest to sign in. */
async function bearer(): Promise<string | null> {
  const worker = app.worker ?? (await db.workers.toArray()).sort((a, b) => b.signedIn - a.signedIn)[0];
  return worker ? `Bearer ${await credentialOf(worker)}` : null;
}

async function push(request: number, epoch: string, ids: string[]) {
  let status: number | null = null;
  let wait: number | null = null;
  try {
    const authorization = await bearer();
    if (!authorization) throw new Error("nobody has signed in");
    const kept = (await db.outbox.bulkGet(ids)).flatMap((one) => (one ? [one.entry] : []));
    const answer = await fetch("/api/v1/sync/kirim", {
      method: "POST",
      headers: { "content-type": "application/json", "content-encoding": "gzip", authorization },
      body: await zip(JSON.stringify({ device: (await device()).id, epoch, at: Date.now(), entries: kept })),
    });
    if (answer.ok) {
      const pushed = (await answer.json()) as Pushed;
      await happen({ on: "answered", request, pushed });
      return;
    }
    status = answer.status;
    wait = Number(answer.headers.get("retry-after")) || null;
  } catch {
    // No answer, or none that can be read: the outbox tries again.
  }
  await happen({ on: "failed", request, status, wait });
}

let pulling = false;
/** Fetches what changed in the area. */
export async function pull(): Promise<void> {
  const worker = app.worker;
  if (!worker || !key || pulling || !navigator.onLine) return;
  pulling = true;
  try {
    for (let more = true; more && app.worker?.id === worker.id; ) {
      const cursor = (await db.workers.get(worker.id))?.cursor;
      const answer = await fetch(`/api/v1/sync/ambil${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`, {
        headers: { authorization: `Bearer ${await credentialOf(worker)}` },
      });
      if (!answer.ok) return;
      const pulled = (await answer.json()) as Pulled;
      await learn(worker, pulled);
      more = pulled.more;
    }
  } catch {
    // No network: what is known stays.
  } finally {
    pulling = false;
  }
}

async function learn(worker: Worker, pulled: Pulled) {
  const dataKey = key;
  if (!dataKey || app.worker?.id !== worker.id) return;
  if (pulled.extract) {
    extract = merge(extract, pulled.extract, pulled.whole);
    const sealed = await sealJson(dataKey, extract);
    await db.transaction("rw", db.segments, db.workers, async () => {
      await db.segments.put({ id: worker.id, worker: worker.id, sealed });
      await db.workers.update(worker.id, { cursor: pulled.cursor });
    });
    refresh();
    index();
  }
  app.month = pulled.month ?? app.month;
  app.cutOff = pulled.cut_off ?? app.cutOff;
  await happen({
    on: "pulled", epoch: pulled.epoch, safe_seq: pulled.safe_seq, server_time: pulled.server_time, changed: pulled.changed,
  });
}

/** "Kirim data": now, without waiting. */
export const sendNow = () => happen({ on: "now" }).then(() => pull());

/** What this worker entered, newest first, for the page "Kirim data". */
export const mine = () => [...entered].reverse();
