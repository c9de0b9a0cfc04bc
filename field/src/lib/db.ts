/**
 * What lies on the phone. Names, health and everything about families lies sealed under a key
 * that a PIN opens; an entry to be sent lies sealed to the server's key besides, so that it goes
 * without the PIN and stays when all else is wiped.
 */

import Dexie, { type Table } from "dexie";
import type { Entry, Post, Receipt, Row } from "../engine/types";
import type { Bytes } from "./bytes";

/** A kader of this phone. */
export type Worker = {
  id: string;
  name: string;
  login: string;
  role: string;
  area: string;
  zoneHours: number;
  posts: Post[];
  serverKey: string;
  /** The secret to which others seal what they hand over, sealed under the data key. */
  sealing: Bytes;
  /** Credential for the server, sealed by the phone's own key. */
  credential: Bytes;
  /** None after too many wrong PINs: then only signing in helps. */
  lock: Lock | null;
  /** Where the next pull goes on; none: a whole extract. */
  cursor: string | null;
  synthetic: boolean;
  signedIn: number;
};

/** The data key, wrapped by the PIN and by the phone. */
export type Lock = { salt: Bytes; rounds: number; wrapped: Bytes; tries: number };

/** An entry of the outbox, as it is sent. */
export type Kept = { id: string; row: Row; entry: Entry };

/** What was entered or is carried for somebody else, sealed for the worker's own screens. */
export type Fact = { id: string; worker: string; order: number; sealed: Bytes };

/** The extract, news of it, the keys of the village's phones, or where a worker is and what is typed there: sealed. */
export type Segment = { id: string; worker: string; sealed: Bytes };

class Store extends Dexie {
  settings!: Table<{ key: string; value: unknown }, string>;
  workers!: Table<Worker, string>;
  outbox!: Table<Kept, string>;
  facts!: Table<Fact, string>;
  segments!: Table<Segment, string>;
  receipts!: Table<Receipt, string>;

  constructor() {
    // A save is there only when the disk says so.
    // Once the browser has taken it away, nothing is written into an empty one that looks the same.
    super("simpul-lapangan", { chromeTransactionDurability: "strict", autoOpen: false });
    this.version(1).stores({
      settings: "key",
      workers: "id",
      outbox: "id",
      facts: "id, worker",
      segments: "id, worker",
      receipts: "id, author",
    });
  }
}

export const db = new Store();

/** In this window, until the next start: the storage was closed under the app. */
const TAKEN = "storage-taken";

/** Opens the storage; whether it had been taken away since this window was opened. */
export async function openStore(): Promise<boolean> {
  await db.open();
  // Emptied by the browser or by hand: what is in memory belongs to nothing any more.
  db.on("close", () => {
    sessionStorage.setItem(TAKEN, "yes");
    location.reload();
  });
  const taken = sessionStorage.getItem(TAKEN) !== null;
  sessionStorage.removeItem(TAKEN);
  return taken;
}

export async function setting<T>(key: string): Promise<T | undefined> {
  return (await db.settings.get(key))?.value as T | undefined;
}

export const keepSetting = (key: string, value: unknown) => db.settings.put({ key, value });

/** A full disk ends a transaction; what ended it lies within. */
export function isFull(error: unknown): boolean {
  const { name, inner } = error as { name?: string; inner?: unknown };
  return name === "QuotaExceededError" || (!!inner && isFull(inner));
}
