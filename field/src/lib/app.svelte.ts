/** The running app: who is here, what is known, and the one way in which an entry is saved. */

import type {
  Body, Command, Entry, Extract, Happened, Keys, Meta, Month, Pulled, Pushed, Referred, Row, Summary,
} from "../engine/types";
import * as engine from "../engine/engine";
import * as names from "./names";
import { type Segment, type Worker, db, isFull, keepSetting, openStore, setting } from "./db";
import { type Arrived, movedAway } from "../kunci/sign-in";
import { device } from "../kunci/signing";
import { credentialOf, makeLock, openJson, sealCredential, sealJson, unlock, wipe } from "../kunci/vault";
import { chance, hex, newId, random, zip } from "./bytes";
import { type Next, type Visited, afterwards, follow, here, restart, resume } from "./nav.svelte";
import { giveUp, layBy } from "./reserve";
import { keepDrafts, lastPlaces, saving, sealPlaces } from "./drafts";
import { type Carried, type Entered, Village, merge } from "./village";

/** Schema of entries (`simpul_phone::VERSION`). */
const VERSION = 1;
const IDLE = 5 * 60_000;
const IDLE_AT_WORK = 20 * 60_000;
/** In typing, after which it is kept. */
const PAUSE = 500;
const PRACTICE = "latihan";
/** Pieces of news that lie beside the extract before it is sealed with them as one. */
const MOST_NEWS = 30;
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
  nearlyFull: boolean;
  /** Login of who is to sign in with the password again. */
  again: string | null;
}>({
  workers: [], worker: null, practice: false, today: "", summary: null,
  online: navigator.onLine, month: null, cutOff: null, trouble: null, nearlyFull: false, again: null,
});

let key: CryptoKey | null = null;
let extract: Extract = EMPTY;
let entered: Entered[] = [];
let carried = $state.raw<Carried[]>([]);
let keys: Keys = { desks: [], phones: [] };
let nextOrder = 0;
let wakeAt: ReturnType<typeof setTimeout> | undefined;
let seen = Date.now();
let village = $state.raw(new Village(EMPTY, []));
/** Pieces of news that lie beside the extract. */
let news = 0;

/** What is known, for screens. */
export const known = () => village;
/** Keys of the village's phones, as they were when there was a network. */
export const keysHere = () => keys;
/** Referrals that this phone carries for others. */
export const carriedHere = () => carried;

const POST = ["kader", "bidan"];
const DESK = ["front_office", "back_office", "petugas", "koordinator"];
/** Whether who works here runs hari buka and measures. */
export const measures = () => app.practice || POST.includes(app.worker?.role ?? "");
/** Whether who works here takes referrals from other phones. */
export const takes = () => DESK.includes(app.worker?.role ?? "");

/** The server's clock less the phone's when somebody signed in: until the outbox has met the server. */
let firstSkew = 0;
const skew = () => (app.summary?.contact ? app.summary.skew : firstSkew);
const todayIn = (hours: number) => new Date(Date.now() + skew() + hours * 3_600_000).toISOString().slice(0, 10);

function refresh() {
  app.today = todayIn(app.worker?.zoneHours ?? 7);
  village = new Village(extract, entered);
}

const index = () => names.index(village.persons.values());

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

let writing: ReturnType<typeof setTimeout> | undefined;
/** Keeps what is being typed, once there is a pause in it. */
export function typing() {
  clearTimeout(writing);
  writing = setTimeout(() => void put(), PAUSE);
}

async function put() {
  clearTimeout(writing);
  // What cannot be kept is still on the screen.
  if (key && app.worker) await keepDrafts(app.worker.id, key).catch(() => undefined);
}

/** Looks whether there is room for what is still to come. */
export async function lookForRoom() {
  app.nearlyFull = !(await layBy());
}

/** Locks: nothing of people stays in memory. */
export function lock() {
  if (!key && !app.practice) return;
  void put();
  key = null;
  extract = EMPTY;
  entered = [];
  carried = [];
  keys = { desks: [], phones: [] };
  names.forget();
  engine.lock();
  app.worker = null;
  app.practice = false;
  app.month = null;
  village = new Village(EMPTY, []);
}

/** What a worker of this phone entered opens again with the PIN of before; with another it is forgotten. */
async function lockOf(said: Arrived, pin: string) {
  const unlocked = await unlock(said.user, pin);
  const before = await db.workers.get(said.user);
  if ("key" in unlocked && before?.lock) {
    // What is known of another area, or for other work, is nothing to go on with.
    const moved = before.area !== said.area || before.role !== said.role;
    if (moved) await db.segments.where("worker").equals(said.user).delete();
    return { lock: before.lock, key: unlocked.key };
  }
  const made = await makeLock(pin);
  await wipe(said.user);
  return made;
}

/** Keeps a worker who has signed in, behind a PIN, and fetches the extract. */
export async function adopt(login: string, said: Arrived, pin: string) {
  firstSkew = said.skew;
  const made = await lockOf(said, pin);
  const worker: Worker = {
    id: said.user, name: said.name, login, role: said.role, area: said.area, zoneHours: said.zone_hours,
    posts: said.posts, serverKey: said.server_key, sealing: await sealJson(made.key, said.secret), credential: await sealCredential(said.credential),
    lock: made.lock, cursor: null, synthetic: said.synthetic, signedIn: Date.now(),
  };
  await db.workers.put(worker);
  app.workers = await db.workers.toArray();
  await happen({ on: "signed_in" });
  app.trouble = null;
  await enter(worker, made.key);
  await pull();
}

/** To the form for the password, which the server asks for. */
export function signInAgain() {
  const login = app.worker?.login ?? null;
  lock();
  app.again = login;
}

export async function tryPin(worker: Worker, pin: string): Promise<"open" | "wiped" | number> {
  await ready();
  const unlocked = await unlock(worker.id, pin);
  app.workers = await db.workers.toArray();
  if ("wiped" in unlocked) return "wiped";
  if ("wrong" in unlocked) return unlocked.wrong;
  const now = (await db.workers.get(worker.id)) ?? worker;
  await enter(now, unlocked.key);
  void happen({ on: "signed_in" }).then(() => pull());
  return "open";
}

const keysOf = (worker: Worker) => `keys/${worker.id}`;
const newsOf = (worker: Worker) => `news/${worker.id}/`;

async function enter(worker: Worker, dataKey: CryptoKey) {
  key = dataKey;
  const segment = await db.segments.get(worker.id);
  let area = segment ? await openJson<Extract>(dataKey, segment.sealed) : { ...EMPTY, posts: worker.posts };
  const later = await db.segments.where("id").startsWith(newsOf(worker)).sortBy("id");
  for (const one of later) area = merge(area, await openJson<Extract>(dataKey, one.sealed), false);
  const sealedKeys = await db.segments.get(keysOf(worker));
  const phones = sealedKeys ? await openJson<Keys>(dataKey, sealedKeys.sealed) : { desks: [], phones: [] };
  const facts = await db.facts.where("worker").equals(worker.id).toArray();
  const all = await Promise.all(facts.map((fact) => openJson<Entered | Carried>(dataKey, fact.sealed)));
  const visited = await lastPlaces(worker.id, dataKey);
  // Locked meanwhile.
  if (key !== dataKey) return;
  all.sort((a, b) => a.order - b.order);
  entered = all.filter((one) => "body" in one);
  carried = all.filter((one) => "referral" in one);
  extract = area;
  keys = phones;
  news = Number(later.at(-1)?.id.slice(newsOf(worker).length) ?? -1) + 1;
  app.worker = worker;
  app.again = null;
  app.practice = false;
  if (app.trouble === "app-moved") app.trouble = null;
  seen = Date.now();
  refresh();
  index();
  restart();
  if (visited.length) resume(visited);
}

/** Practice: invented families, nothing is stored and nothing can be sent. */
export async function practise() {
  await ready();
  app.today = todayIn(7);
  extract = engine.practice(app.today);
  entered = [];
  app.practice = true;
  app.worker = null;
  restart();
  refresh();
  index();
}

/** Who writes now. */
const author = () => app.worker?.id ?? PRACTICE;

/**
 * Saves what was entered: sealed first, then one durable transaction for the author's own copy and
 * the outbox. When it returns, it is on the phone's disk.
 */
export const save = (body: Body, options: Saving = {}) => saveMany([body], options);

/** The id of the entry, the one it is put in place of, and where the form leads that it comes from. */
type Saving = { id?: string; fixes?: string | undefined; then?: Next };

/** Saves all of these, or none of them. */
export async function saveMany(bodies: Body[], options: Saving = {}) {
  const at = Date.now();
  const from = here();
  const all = bodies.map((body): Entered => ({
    id: options.id ?? newId(at), author: author(), at, order: nextOrder++, fixes: options.fixes ?? null, body,
  }));
  if (!app.practice) await store(all, afterwards(options.then));
  // Locked meanwhile: it is on the disk, and nothing of it comes back into memory.
  if (all.some((one) => one.author !== author())) return;
  entered = [...entered, ...all];
  let next: Village | undefined = village;
  for (const one of all) next &&= next.with(one);
  if (next) village = next;
  else refresh();
  if (bodies.some((body) => body.kind.startsWith("register") || body.kind === "change_field")) index();
  if (options.then) follow(from, options.then);
}

async function store(all: Entered[], visited: Visited[]) {
  const worker = app.worker;
  if (!worker) throw new Error("locked");
  const entries = all.map((one) => {
    const entry: Entry = {
      id: one.id, kind: one.body.kind, version: VERSION, author: worker.id, at: one.at, fixes: one.fixes, body: one.body,
    };
    return { order: one.order, ...engine.seal(worker.serverKey, entry, hex(random(32))) };
  });
  await keep(worker, entries, all, visited);
}

/** One durable transaction for sealed entries and what the worker's own screens show of them. */
async function keep(
  worker: Worker, entries: { order: number; entry: Entry; bytes: number }[], shown: (Entered | Carried)[], visited: Visited[],
) {
  const dataKey = key;
  if (!dataKey) throw new Error("locked");
  const kept = entries.map(({ order, entry, bytes }) => {
    const row: Row = {
      id: entry.id, author: entry.author, kind: entry.kind, at: entry.at, order, bytes,
      fixes: entry.fixes ?? null, status: { is: "pending" },
    };
    return { id: entry.id, row, entry };
  });
  const own = await Promise.all(shown.map(async (one) => ({
    id: one.id, worker: worker.id, order: one.order, sealed: await sealJson(dataKey, one),
  })));
  const way = await sealPlaces(worker.id, dataKey, visited);
  const write = () => saving(() => db.transaction("rw", db.outbox, db.facts, db.segments, async () => {
    await db.outbox.bulkAdd(kept);
    await db.facts.bulkAdd(own);
    await db.segments.put(way);
  }));
  try {
    await write().catch(async (error: unknown) => {
      if (!isFull(error) || !(await giveUp())) throw error;
      app.nearlyFull = true;
      await write();
    });
  } catch (error) {
    app.trouble = isFull(error) ? "app-storage-full" : "app-not-saved";
    throw error;
  } finally {
    typing();
  }
  app.trouble = null;
  for (const { row } of kept) void happen({ on: "saved", row });
}

/** Keeps entries of another author, to be sent with this phone's own. */
export async function carry(entries: Entry[], referral: Referred, by: string) {
  const worker = app.worker;
  if (!worker) throw new Error("locked");
  const ordered = entries.map((entry) => ({ order: nextOrder++, entry, bytes: entry.sealed?.length ?? 0 }));
  const one: Carried = {
    id: referral.entry, order: ordered[0]?.order ?? 0, by, referral, entries: entries.map((entry) => entry.id),
  };
  await keep(worker, ordered, [one], afterwards());
  if (app.worker?.id === worker.id) carried = [...carried, one];
}

/** The secret of who works now, to which others seal what they hand over. */
export async function secretHere(): Promise<string> {
  if (!key || !app.worker) throw new Error("locked");
  return openJson<string>(key, app.worker.sealing);
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
      await db.transaction("rw", db.outbox, db.receipts, async () => {
        await db.outbox.update(command.row.id, { row: command.row });
        if (command.receipt) await db.receipts.put(command.receipt);
      });
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

/** The session that is fetching: one that was locked meanwhile holds up no other. */
let pulling: CryptoKey | null = null;
/** Fetches what changed in the area. */
export async function pull(): Promise<void> {
  const worker = app.worker;
  const session = key;
  if (!worker || !session || pulling === session || !navigator.onLine) return;
  pulling = session;
  try {
    for (let more = true; more; ) {
      const cursor = (await db.workers.get(worker.id))?.cursor;
      const answer = await fetch(`/api/v1/sync/ambil${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`, {
        headers: { authorization: `Bearer ${await credentialOf(worker)}` },
      });
      if (!answer.ok) return await refused(worker, session, answer);
      const pulled = (await answer.json()) as Pulled;
      more = (await learn(worker, session, pulled)) && pulled.more;
    }
  } catch {
    // No network: what is known stays.
  } finally {
    if (pulling === session) pulling = null;
  }
}

/** Whoever was moved to other work knows nobody here any more; what is unsent still goes. */
async function refused(worker: Worker, session: CryptoKey, answer: Response) {
  const moved = await movedAway(answer);
  if (key !== session) return;
  if (answer.status === 401) return happen({ on: "signed_out" });
  if (!moved) return;
  await wipe(worker.id);
  app.workers = await db.workers.toArray();
  if (key === session) lock();
  app.trouble = "app-moved";
}

/** Takes what came, unless the session it was for is over. */
async function learn(worker: Worker, session: CryptoKey, pulled: Pulled): Promise<boolean> {
  if (!app.worker || key !== session) return false;
  const work = pulled.extract?.work;
  if (work) app.worker = { ...app.worker, ...work };
  if (pulled.keys) keys = pulled.keys;
  if (pulled.extract) extract = merge(extract, pulled.extract, pulled.whole);
  if (!(await keepLearned(worker, session, pulled)) || key !== session) return false;
  if (pulled.extract) {
    refresh();
    index();
  }
  app.month = pulled.month ?? app.month;
  app.cutOff = pulled.cut_off ?? app.cutOff;
  await happen({
    on: "pulled", epoch: pulled.epoch, safe_seq: pulled.safe_seq, server_time: pulled.server_time, changed: pulled.changed,
  });
  return true;
}

/** Seals what came. Most often it is a family, which must not cost as much as the whole village. */
async function keepLearned(worker: Worker, session: CryptoKey, pulled: Pulled): Promise<boolean> {
  const at = news;
  const whole = pulled.whole || at >= MOST_NEWS;
  const learned: [string, unknown][] = [];
  if (pulled.extract) {
    learned.push(whole ? [worker.id, extract] : [newsOf(worker) + String(at).padStart(3, "0"), pulled.extract]);
  }
  if (pulled.keys) learned.push([keysOf(worker), keys]);
  if (!learned.length) return true;
  const segments: Segment[] = await Promise.all(
    learned.map(async ([id, what]) => ({ id, worker: worker.id, sealed: await sealJson(session, what) })),
  );
  const kept = await db.transaction("rw", db.segments, db.workers, async () => {
    // Locked meanwhile: whoever opens it again has not seen this, and asks for it again.
    if (key !== session) return false;
    if (pulled.extract && whole) await db.segments.where("id").startsWith(newsOf(worker)).delete();
    await db.segments.bulkPut(segments);
    await db.workers.update(worker.id, { cursor: pulled.cursor, ...pulled.extract?.work });
    return true;
  });
  // Only once it is on the disk: a piece that is not there must not be counted.
  if (kept && key === session && pulled.extract) news = whole ? 0 : at + 1;
  return kept;
}

/** "Kirim data": now, without waiting. */
export const sendNow = () => happen({ on: "now" }).then(() => pull());

/** What this worker entered, newest first, for the page "Kirim data". */
export const mine = () => [...entered].reverse();
