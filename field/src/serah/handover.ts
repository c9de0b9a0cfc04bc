/**
 * A referral from phone to phone without network. What goes along, codes and sealing are the
 * engine's; the phone's key signs here, since it never leaves the browser.
 */

import type { Body, Entry, HandOver, Referred } from "../engine/types";
import * as engine from "../engine/engine";
import { app, carry, keysHere, known, mine, secretHere } from "../lib/app.svelte";
import { base64, fromBase64, hex, random, unzip, zip } from "../lib/bytes";
import { db } from "../lib/db";
import { t } from "../lib/words.svelte";
import { device, sign, signed } from "../kunci/signing";
import { readable } from "./needs";

/** Version of the form (`simpul_phone::handover::VERSION`). */
const VERSION = 1;

/** Why it did not come about, as the key of a sentence that says what to do. */
export class Trouble extends Error {}

/** What of a referral the desk reads. */
function referred(id: string, at: number, body: Body): Referred {
  const read = readable(body);
  if (!read) throw new Trouble("show-gone");
  const home = known().homes.get(read.household);
  return {
    entry: id, author: app.worker?.id ?? "", at, household: read.household,
    family: known().head(read.household) ?? "", place: home ? t("screening-place", { dusun: home.dusun, rt: home.rt, rw: home.rw }) : "", note: read.note,
    needs: read.needs.map(({ need, urgency }) => ({ need, urgency })),
  };
}

/** The texts of the codes for a referral that the server does not have yet. */
export async function codes(id: string): Promise<string[]> {
  const kept = new Map((await db.outbox.toArray()).map((one) => [one.id, one]));
  const one = mine().find((entry) => entry.id === id);
  if (!one || !kept.has(id) || kept.get(id)?.row.status.is === "accepted") throw new Trouble("show-gone");
  const desks = keysHere().desks.map((desk) => desk.key);
  if (!desks.length) throw new Trouble("show-no-desk");
  const open = mine().reverse().flatMap(({ id, body }): Entry[] => {
    const entry = kept.get(id);
    return entry && entry.row.status.is !== "accepted" ? [{ ...entry.entry, body }] : [];
  });
  const along = engine.handNeeded(id, open).flatMap((id) => kept.get(id)?.entry ?? []);
  const phone = await device();
  const handOver: HandOver = {
    version: VERSION, phone: phone.id, at: Date.now(), referral: referred(id, one.at, one.body), entries: along,
    signature: "",
  };
  handOver.signature = base64(await sign(phone, fromBase64(engine.handMessage(handOver))));
  const chance = [...desks, ""].map(() => hex(random(32)));
  try {
    return engine.handFrames(desks, base64(await zip(JSON.stringify(handOver))), chance);
  } catch {
    throw new Trouble("show-too-large");
  }
}

/** What was handed over, once all codes were read: checked and kept, to be sent with the next data. */
export async function receive(): Promise<{ referral: Referred; by: string }> {
  const packed = engine.handOpen(await secretHere());
  if (!packed) throw new Trouble("take-other-desk");
  const handOver = JSON.parse(await unzip(fromBase64(packed))) as HandOver;
  if (handOver.version !== VERSION) throw new Trouble("take-newer");
  const { referral, entries, phone, signature } = handOver;
  const from = keysHere().phones.find((one) => one.phone === phone && one.author === referral.author);
  if (!from) throw new Trouble("take-unknown-phone");
  const fits = await signed(from.key, fromBase64(engine.handMessage(handOver)), signature);
  if (!fits || entries.some((entry) => entry.author !== referral.author)) throw new Trouble("take-forged");
  if (from.ended) throw new Trouble("take-ended");
  const here = new Set(await db.outbox.toCollection().primaryKeys());
  const fresh = engine.handCarried(handOver, Date.now()).filter((entry) => !here.has(entry.id));
  if (here.has(referral.entry)) throw new Trouble("take-again");
  await carry(fresh, referral, from.name);
  return { referral, by: from.name };
}
