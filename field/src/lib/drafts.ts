/**
 * What was typed and not saved yet, with the way to it: kept sealed, so that a phone that was locked
 * or an app that was killed opens where its worker was.
 */

import { openJson, sealJson } from "../kunci/vault";
import { type Segment, db } from "./db";
import { type Visited, places } from "./nav.svelte";

/** Later nobody goes on with it. */
const MOST_AGE = 8 * 3_600_000;

const idOf = (worker: string) => `drafts/${worker}`;

/** Changes with each save and each writing, so that nothing older comes after it. */
let turn = 0;
let saves = 0;

/**
 * Runs a save, which keeps the places as they are after it. What is saved is never kept as a draft
 * besides: it would be saved once more.
 */
export async function saving(work: () => PromiseLike<void>) {
  turn += 1;
  saves += 1;
  try {
    await work();
  } finally {
    saves -= 1;
  }
}

/** The way to where one is, with what is typed there, as it is kept. */
export const sealPlaces = async (worker: string, key: CryptoKey, visited: Visited[]): Promise<Segment> => ({
  id: idOf(worker), worker, sealed: await sealJson(key, { at: Date.now(), places: visited }),
});

/** Keeps what is typed now, unless something is saved or the worker wiped meanwhile. */
export async function keepDrafts(worker: string, key: CryptoKey) {
  if (saves) return;
  const mine = ++turn;
  const segment = await sealPlaces(worker, key, places());
  await db.transaction("rw", db.workers, db.segments, async () => {
    const lock = (await db.workers.get(worker))?.lock;
    if (lock && mine === turn) await db.segments.put(segment);
  });
}

/** Where this worker was, if it was lately. */
export async function lastPlaces(worker: string, key: CryptoKey): Promise<Visited[]> {
  const kept = await db.segments.get(idOf(worker));
  if (!kept) return [];
  const { at, places } = await openJson<{ at: number; places: Visited[] }>(key, kept.sealed);
  return Math.abs(Date.now() - at) < MOST_AGE ? places : [];
}
