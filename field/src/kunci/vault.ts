/**
 * The lock of the phone. A random data key seals what is stored; it is wrapped by a key from the
 * PIN (slow) and then by a key of this browser that cannot be read out, so that neither a copy of
 * the storage nor the PIN alone opens anything.
 */

import { type Bytes, random, text, utf8 } from "../lib/bytes";
import { type Lock, type Worker, db, keepSetting, setting } from "../lib/db";

/** Rounds of PBKDF2 with SHA-256 (OWASP Password Storage Cheat Sheet, 2023). */
export const ROUNDS = 600_000;
/** Wrong PINs after which what the phone knows of people is wiped. */
export const MOST_TRIES = 10;
export const SHORTEST_PIN = 6;

const NONCE = 12;

export async function seal(key: CryptoKey, plain: Bytes): Promise<Bytes> {
  const iv = random(NONCE);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain));
  const out = new Uint8Array(NONCE + sealed.length);
  out.set(iv);
  out.set(sealed, NONCE);
  return out;
}

export async function open(key: CryptoKey, sealed: Bytes): Promise<Bytes> {
  const iv = sealed.subarray(0, NONCE);
  return new Uint8Array(
    await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed.subarray(NONCE)),
  );
}

export const sealJson = (key: CryptoKey, value: unknown) => seal(key, utf8(JSON.stringify(value)));
export const openJson = async <T>(key: CryptoKey, sealed: Bytes) =>
  JSON.parse(text(await open(key, sealed))) as T;

const importKey = (raw: Bytes) =>
  crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

async function pinKey(pin: string, salt: Bytes, iterations: number): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations },
    base,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

/** The key of this browser; made once, never readable. */
export async function phoneKey(): Promise<CryptoKey> {
  const known = await setting<CryptoKey>("phone-key");
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  await keepSetting("phone-key", made);
  return made;
}

/** A new data key behind a PIN. */
export async function makeLock(pin: string): Promise<{ lock: Lock; key: CryptoKey }> {
  const raw = random(32);
  const salt = random(16);
  const inner = await seal(await pinKey(pin, salt, ROUNDS), raw);
  const wrapped = await seal(await phoneKey(), inner);
  const key = await importKey(raw);
  raw.fill(0);
  return { lock: { salt, rounds: ROUNDS, wrapped, tries: 0 }, key };
}

export type Opened = { key: CryptoKey } | { wrong: number } | { wiped: true };

/** Tries a PIN. A try counts before it is made, so that ending the app wins nothing. */
export async function unlock(id: string, pin: string): Promise<Opened> {
  const worker = await db.workers.get(id);
  if (!worker?.lock) return { wiped: true };
  const lock = { ...worker.lock, tries: worker.lock.tries + 1 };
  await db.workers.update(id, { lock });
  try {
    const inner = await open(await phoneKey(), lock.wrapped);
    const raw = await open(await pinKey(pin, lock.salt, lock.rounds), inner);
    const key = await importKey(raw);
    raw.fill(0);
    await db.workers.update(id, { lock: { ...lock, tries: 0 } });
    return { key };
  } catch {
    if (lock.tries < MOST_TRIES) return { wrong: MOST_TRIES - lock.tries };
    await wipe(id);
    return { wiped: true };
  }
}

/** Forgets what the phone knows of people; the outbox stays and goes on. */
export async function wipe(id: string): Promise<void> {
  await db.transaction("rw", db.workers, db.segments, db.facts, async () => {
    await db.workers.update(id, { lock: null, cursor: null });
    await db.segments.where("worker").equals(id).delete();
    await db.facts.where("worker").equals(id).delete();
  });
}

export const sealCredential = async (credential: string) =>
  seal(await phoneKey(), utf8(credential));
export const credentialOf = async (worker: Worker) =>
  text(await open(await phoneKey(), worker.credential));
