/**
 * Room that is kept for entries. Browsers no longer tell how full the phone is: some bytes lie here
 * that are given up when there is no room otherwise, and while they find no room the phone is
 * nearly full.
 */

import { random } from "./bytes";

const NAME = "cadangan";
/** Enough for the entries of several hari buka. */
const PIECES = 32;
/** The most that a browser gives at once. */
const PIECE = 65_536;

const address = () => new URL(NAME, location.href).href;

/** Lays the reserve by, unless it is there; whether it is. */
export async function layBy(): Promise<boolean> {
  if (!("caches" in window)) return true;
  try {
    const cache = await caches.open(NAME);
    if (await cache.match(address())) return true;
    // Chance is not packed into less.
    const bytes = Array.from({ length: PIECES }, () => random(PIECE));
    await cache.put(address(), new Response(new Blob(bytes)));
    return true;
  } catch {
    return false;
  }
}

/** Gives the reserve up; whether there was one. */
export const giveUp = async (): Promise<boolean> => "caches" in window && caches.delete(NAME).catch(() => false);
