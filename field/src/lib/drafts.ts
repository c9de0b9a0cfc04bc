/**
 * What was typed and not saved yet, with the way to it: kept sealed, so that a phone that was locked
 * or an app that was killed opens where its worker was.
 */

import { openJson, sealJson } from "../kunci/vault";
import { db } from "./db";
import { type Visited, places } from "./nav.svelte";

/** Later nobody goes on with it. */
const MOST_AGE = 8 * 3_600_000;

export const draftsOf = (worker: string) => `drafts/${worker}`;

/** Changes with each save and each writing, so that nothing older comes after it. */
let turn = 0;
let saves = 0;

/** Runs a save. What it saves is never kept as a draft: it would be saved once more. */
export async function saving(work: () => PromiseLike<void>) {
  turn += 1;
  saves += 1;
  try {
    await work();
  } finally {
    saves -= 1;
  }
}

/** Keeps what is typed now, unless something is saved or the worker wiped meanwhile. */
export async function keepDrafts(worker: string, key: CryptoKey) {
  if (saves) return;
  const mine = ++turn;
  const sealed = await sealJson(key, { at: Date.now(), places: places() });
  await db.transaction("rw", db.workers, db.segments, async () => {
    const lock = (await db.workers.get(worker))?.lock;
    if (lock && mine === turn) await db.segments.put({ id: draftsOf(worker), worker, sealed });
  });
}

/** Where this worker was, if it was lately. */
export async function lastPlaces(worker: string, key: CryptoKey): Promise<Visited[]> {
  const kept = await db.segments.get(draftsOf(worker));
  if (!kept) return [];
  const { at, places } = await openJson<{ at: number; places: Visited[] }>(key, kept.sealed);
  return Math.abs(Date.now() - at) < MOST_AGE ? places : [];
}
