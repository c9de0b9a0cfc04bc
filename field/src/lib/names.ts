/** Persons by name, while the app is open. */

import * as engine from "../engine/engine";
import type { Person } from "../engine/types";

let all: { id: string; key: string }[] = [];
/** What a name is searched by. */
let keys = new Map<string, string>();

/** Names are many and news come with every sending: only new ones go to the engine. */
export function index(some: Iterable<Person>) {
  const persons = [...some];
  const unknown = [...new Set(persons.map((one) => one.name))].filter((name) => !keys.has(name));
  if (unknown.length) engine.searchKeys(unknown).forEach((key, n) => keys.set(unknown[n] ?? "", ` ${key}`));
  all = persons.map((one) => ({ id: one.id, key: keys.get(one.name) ?? "" }));
}

/** Nothing of people stays in memory. */
export function forget() {
  all = [];
  keys = new Map();
}

/** Persons whose name holds what is typed, beginnings of words first. */
export function search(typed: string, most = 50): string[] {
  const wanted = engine.searchKeys([typed])[0] ?? "";
  if (!wanted) return [];
  const first: string[] = [];
  const others: string[] = [];
  for (const one of all) {
    const at = one.key.indexOf(wanted);
    if (at < 0) continue;
    (one.key[at - 1] === " " ? first : others).push(one.id);
    if (first.length >= most) break;
  }
  return first.concat(others).slice(0, most);
}
