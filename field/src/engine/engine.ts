/** The door to the engine: the same Rust code as on the server, as one WebAssembly module. */

import type {
  AskChart, AskCheck, AskJudge, AskScreen, Call, Checked, Drawn, Entry, Extract, Gathered, Hand, HandOver, Happened, Judged, KeyPair,
  Meta, Numbered, Row, Screened, Sealed, Slip, Stepped,
} from "./types";

import place from "./simpul.wasm?url";

type Exports = {
  memory: WebAssembly.Memory;
  alloc(bytes: number): number;
  call(room: number, bytes: number): number;
  free(reply: number): void;
};

let exports: Exports | undefined;
let loading: Promise<void> | undefined;

/** Loads the engine once; every other function needs it. */
export function load(url = place): Promise<void> {
  loading ??= (async () => {
    const answer = await fetch(url);
    const { instance } = await WebAssembly.instantiate(await answer.arrayBuffer(), {});
    exports = instance.exports as unknown as Exports;
  })().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** What the caller did wrong; carries nothing of a person. */
export class Wrong extends Error {}

function ask<T>(request: Call): T {
  if (!exports) throw new Wrong("the engine is not loaded");
  const bytes = new TextEncoder().encode(JSON.stringify(request));
  const room = exports.alloc(bytes.length);
  new Uint8Array(exports.memory.buffer, room, bytes.length).set(bytes);
  const at = exports.call(room, bytes.length);
  const length = new DataView(exports.memory.buffer).getUint32(at, true);
  const reply = JSON.parse(
    new TextDecoder().decode(new Uint8Array(exports.memory.buffer, at + 4, length)),
  ) as { ok: T } | { wrong: string };
  exports.free(at);
  if ("wrong" in reply) throw new Wrong(`${request.call}: ${reply.wrong}`);
  return reply.ok;
}

export const judge = (what: AskJudge) => ask<Judged>({ call: "judge", ...what });
export const check = (what: AskCheck) => ask<Checked>({ call: "check", ...what });
export const chart = (what: AskChart) => ask<Drawn>({ call: "chart", ...what });
export const screen = (what: AskScreen) => ask<Screened>({ call: "screen", ...what });
export const ticket = (random: string) => ask<Slip>({ call: "ticket", random });
export const seal = (key: string, entry: Entry, random: string) =>
  ask<Sealed>({ call: "seal", key, entry, random });
/** The worker has gone: nothing of the session stays in the engine. */
export const lock = () => ask<null>({ call: "lock" });
export const keyPair = (random: string) => ask<KeyPair>({ call: "key_pair", random });
const hand = <T>(what: Hand) => ask<T>({ call: "hand", ...what });
export const handNeeded = (referral: string, entries: Entry[]) =>
  hand<string[]>({ hand: "needed", referral, entries });
export const handMessage = (hand_over: HandOver) => hand<string>({ hand: "message", hand_over });
export const handFrames = (to: string[], packed: string, random: string[]) =>
  hand<string[]>({ hand: "frames", to, packed, random });
export const handRead = (text: string) => hand<Gathered>({ hand: "read", text });
export const handAgain = () => hand<null>({ hand: "again" });
export const handOpen = (secret: string) => hand<string | null>({ hand: "open", secret });
export const handCarried = (hand_over: HandOver, seen_at: number) =>
  hand<Entry[]>({ hand: "carried", hand_over, seen_at });
export const outboxOpen = (rows: Row[], meta: Meta | null) =>
  ask<Stepped>({ call: "outbox_open", rows, meta });
export const outbox = (
  now: number, random: number, event: Happened,
) => ask<Stepped>({ call: "outbox", now, random, event });
export const searchKeys = (texts: string[]) => ask<string[]>({ call: "search_keys", texts });
export const number = (text: string, kind: "nik" | "kk", today: string) =>
  ask<Numbered>({ call: "number", text, kind, today });
export const practice = (on: string) => ask<Extract>({ call: "practice", on });

