/** What the engine is asked about a family, at the quiet table and at a visit alike. */

import * as engine from "../engine/engine";
import type { AskScreen, Screened } from "../engine/types";
import { type Village, taken } from "../lib/village";

/** One round: what to ask now and what may help. `null` where the family is not known. */
export function round(village: Village, household: string, on: string, given: AskScreen["given"]): Screened | null {
  const home = village.homes.get(household);
  if (!home) return null;
  const persons = village.people(household);
  const findings = persons.flatMap((one) => {
    const rows = village.history(one.id);
    const newest = rows.at(-1);
    return newest ? [{ person: one.id, new: taken(newest), history: rows.slice(0, -1).map(taken) }] : [];
  });
  return engine.screen({
    on, home, persons, findings, answers: village.answers.filter((row) => row.household === household), given,
  });
}
