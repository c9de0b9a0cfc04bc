/** What the phone knows of its area: the extract, and on top of it what was entered here. */

import type {
  Body, ChangeField, Day, Extract, FamilyAnswer, Home, Measured, Person, Post, Referral, Referred, Screening, Taken, Task,
} from "../engine/types";

/** What was entered, as its author's screens need it. */
export type Entered = { id: string; author: string; at: number; order: number; fixes?: string | null; body: Body };

/** A referral that another phone handed over: what the desk reads, and the entries it came with. */
export type Carried = { id: string; order: number; by: string; referral: Referred; entries: string[] };

const byId = <T extends { id: string }>(rows: T[]) => new Map(rows.map((row) => [row.id, row]));

/** Puts a field right as it was entered here, unless somebody else has changed it since. */
function mend<T extends Person | Home>(rows: Map<string, T>, id: string, { field, seen, value }: ChangeField) {
  const row = rows.get(id);
  const number = field === "nik" || field === "kk";
  if (row && (number || (row as Record<string, unknown>)[field] === seen)) {
    rows.set(id, { ...row, ...(number ? { [`has_${field}`]: true } : { [field]: value }) });
  }
}

/** Lays a newer part over an extract. */
export function merge(old: Extract | null, news: Extract, whole: boolean): Extract {
  if (!old || whole) return news;
  const gone = new Set(news.left);
  const closed = new Set(news.closed);
  // The server tells all of a child, so that what was mended goes.
  const told = new Set(news.measurements.map((row) => row.person));
  const lay = <T>(a: T[], b: T[], key: (row: T) => string, keep: (row: T) => boolean) => {
    const rows = new Map(a.filter(keep).map((row) => [key(row), row]));
    for (const row of b) rows.set(key(row), row);
    return [...rows.values()];
  };
  return {
    posts: lay(old.posts, news.posts, (row) => row.area, () => true),
    households: lay(old.households, news.households, (row) => row.id, (row) => !gone.has(row.id)),
    persons: lay(old.persons, news.persons, (row) => row.id, (row) => !gone.has(row.id)),
    measurements: lay(old.measurements, news.measurements, (row) => row.id, (row) => !gone.has(row.person) && !told.has(row.person)),
    days: lay(old.days, news.days, (row) => row.id, () => true),
    screenings: lay(old.screenings, news.screenings, (row) => row.id, (row) => !closed.has(row.id)),
    referrals: lay(old.referrals, news.referrals, (row) => row.case, () => true),
    answers: lay(old.answers, news.answers, (row) => `${row.household}/${row.fact}`, (row) => !gone.has(row.household)),
    tasks: lay(old.tasks, news.tasks, (row) => row.id, () => true),
    left: [],
    closed: [],
  };
}

export class Village {
  posts: Post[];
  homes: Map<string, Home>;
  persons: Map<string, Person>;
  members = new Map<string, Person[]>();
  measured = new Map<string, Measured[]>();
  /** What somebody else measured of a child on a day that counts already. */
  seconds = new Map<string, Measured[]>();
  arrived = new Map<string, Set<string>>();
  days: Pick<Day, "post" | "date">[];
  screenings = new Map<string, Screening>();
  referrals: Referral[];
  answers: FamilyAnswer[];
  tasks: Task[];
  gone = new Set<string>();

  constructor(extract: Extract, entered: Entered[]) {
    this.posts = extract.posts;
    this.homes = byId(extract.households);
    this.persons = byId(extract.persons);
    this.days = [...extract.days];
    this.referrals = [...extract.referrals];
    this.answers = [...extract.answers];
    this.tasks = extract.tasks;
    for (const row of extract.screenings) this.screenings.set(row.household, row);
    for (const day of extract.days) for (const one of day.arrived) this.come(day.post, day.date, one);
    for (const row of extract.measurements) {
      if (row.second) this.seconds.set(row.person, [...(this.seconds.get(row.person) ?? []), row]);
      else this.weigh(row);
    }
    const mended = new Set(entered.flatMap((one) => [one.fixes, one.body.kind === "measure" ? one.body.replaces : null]));
    const known = new Set(extract.measurements.map((row) => row.id));
    for (const one of entered) if (!mended.has(one.id) && !known.has(one.id)) this.take(one);
    for (const one of this.persons.values()) {
      const list = this.members.get(one.household);
      if (list) list.push(one);
      else this.members.set(one.household, [one]);
    }
  }

  /**
   * The same village with one more entry of a hari buka, which come by the hundred; nothing for
   * other entries, for which it must be laid out anew.
   */
  with(one: Entered): Village | undefined {
    if (one.fixes || !["open_day", "arrive", "measure"].includes(one.body.kind)) return undefined;
    const next: Village = Object.assign(Object.create(Village.prototype), this);
    next.take(one);
    return next;
  }

  private come(post: string, date: string, person: string) {
    const key = `${post} ${date}`;
    // Anew, as below: what is derived from it must see that it changed.
    this.arrived.set(key, new Set(this.arrived.get(key)).add(person));
  }

  private weigh(row: Measured) {
    const list = this.measured.get(row.person);
    if (!list) this.measured.set(row.person, [row]);
    else this.measured.set(row.person, [...list, row].sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0)));
  }

  private consent(household: string, person: string, answer: boolean, ukuran: boolean | null | undefined, at: number) {
    const home = this.homes.get(household);
    if (home) this.homes.set(household, { ...home, consent_rujukan: { answer, at } });
    const one = this.persons.get(person);
    if (one && typeof ukuran === "boolean") this.persons.set(person, { ...one, consent_ukuran: { answer: ukuran, at } });
  }

  /** Lays one entry over what is known. */
  private take({ id, author, at, body }: Entered) {
    switch (body.kind) {
      case "open_day":
        this.days = [...this.days, { post: body.post, date: body.date }];
        break;
      case "arrive":
        this.come(body.post, body.date, body.person);
        break;
      case "measure": {
        const replaced = this.measured.get(body.person)?.filter((row) => row.id !== body.replaces);
        if (replaced) this.measured.set(body.person, replaced);
        this.weigh({
          ...body, id, author, area: body.post ?? this.homeOf(body.person)?.area ?? "",
          warnings: body.shown?.warnings ?? [], gain: body.shown?.gain ?? null,
        });
        if (body.post) this.come(body.post, body.on, body.person);
        const home = this.homeOf(body.person);
        if (home && body.shown?.triggers.length && !this.screenings.has(home.id)) {
          this.screenings = new Map(this.screenings).set(home.id, {
            id, household: home.id, person: body.person, state: "menunggu", opened_on: body.on,
            due_at: at + 3 * 86_400_000,
          });
        }
        break;
      }
      case "register_household":
        // The server's own comes with what was changed since.
        if (!this.homes.has(id)) this.homes.set(id, {
          id, area: body.post, version: 1, dusun: body.dusun, rt: body.rt, rw: body.rw, address: body.address,
          has_kk: !!body.kk, registry: { answer: "not_checked", by_desk: false }, memberships: [],
        });
        break;
      case "register_person":
        if (!this.persons.has(id)) this.persons.set(id, {
          id, household: body.household, version: 1, name: body.name, sex: body.sex, birth_date: body.birth_date,
          relation: body.relation, mother_name: body.mother_name, has_nik: !!body.nik,
        });
        break;
      case "register_birth": {
        const mother = this.persons.get(body.mother);
        if (mother && !this.persons.has(id)) {
          this.persons.set(id, {
            // As the server names a child that has no name yet.
            id, household: mother.household, version: 1, name: body.name || `BY. NY. ${mother.name}`, sex: body.sex,
            birth_date: body.birth_date, relation: "anak", mother_name: mother.name, has_nik: false,
          });
        }
        break;
      }
      case "change_field":
        if (body.person) mend(this.persons, body.person, body);
        else mend(this.homes, body.household, body);
        break;
      case "life_event":
        if (body.event === "death" || body.event === "move_out") {
          const who = body.persons.length
            ? body.persons
            : [...this.persons.values()].filter((one) => one.household === body.household).map((one) => one.id);
          for (const one of who) this.gone.add(one);
        }
        break;
      case "screen_begin":
        if (typeof body.consent_rujukan === "boolean") {
          this.consent(body.household, body.person, body.consent_rujukan, body.consent_ukuran, at);
        }
        break;
      case "visit":
      case "screen_answer":
        for (const [fact, value] of Object.entries(body.answers)) {
          this.answers.push({
            household: body.household, fact, value, on: new Date(at).toISOString().slice(0, 10), by_desk: false,
            screening: this.screenings.get(body.household)?.id ?? id,
          });
        }
        break;
      case "screen_refer":
        this.screenings.delete(body.household);
        for (const need of body.needs) this.sent(need.case, body.household, need.need, need.urgency, at);
        break;
      case "screen_decline":
        this.screenings.delete(body.household);
        break;
      case "intake":
        this.sent(id, body.household, body.need, body.urgency, at);
        break;
      case "emergency":
        this.sent(id, body.household, "lainnya", "darurat", at);
        break;
      default:
        break;
    }
  }

  private sent(id: string, household: string, need: string, urgency: string, at: number) {
    if (this.referrals.some((row) => row.case === id)) return;
    this.referrals.push({ case: id, household, need, urgency, state: "diajukan", opened_at: at, changed_at: at, mine: true });
  }

  homeOf(person: string): Home | undefined {
    const one = this.persons.get(person);
    return one && this.homes.get(one.household);
  }

  /** Children under five of a post on a day, by name. */
  children(post: string, on: string): Person[] {
    const oldest = `${Number(on.slice(0, 4)) - 5}${on.slice(4)}`;
    const out: Person[] = [];
    for (const one of this.persons.values()) {
      if (one.birth_date <= oldest || one.birth_date > on || this.gone.has(one.id)) continue;
      if (this.homes.get(one.household)?.area === post) out.push(one);
    }
    return out.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  history(person: string): Measured[] {
    return this.measured.get(person) ?? [];
  }

  /** All that was measured of a child on a day: what counts, and what others measured besides. */
  onDay(person: string, date: string): Measured[] {
    return [...this.history(person), ...(this.seconds.get(person) ?? [])].filter((row) => row.on === date);
  }

  here(post: string, date: string): Set<string> {
    return this.arrived.get(`${post} ${date}`) ?? new Set();
  }

  /** Name of the head of a family. */
  head(household: string): string | undefined {
    return this.people(household).find((one) => one.relation === "kepala_keluarga")?.name;
  }

  people(household: string): Person[] {
    return (this.members.get(household) ?? []).filter((one) => !this.gone.has(one.id));
  }
}

/** A stored measurement as the engine takes it. */
export const taken = (row: Measured): Taken => ({
  on: row.on, area: row.area, weight: row.weight, lenhei: row.lenhei, position: row.position, head: row.head,
  arm: row.arm, oedema: row.oedema, danger_signs: row.danger_signs, warnings: row.warnings,
});
