// Written from the Rust types by `cargo xtask types`; change those, not this.

/** What an entry says. */
export type Body =
  /** A hari buka was opened. */
  | { kind: "open_day" } & OpenDay
  /** A child came. */
  | { kind: "arrive" } & Arrive
  /** A child was measured. */
  | { kind: "measure" } & Measure
  /** A child was born; the entry's id is the child's. */
  | { kind: "register_birth" } & RegisterBirth
  /** Somebody who was not known; the entry's id is the person's. */
  | { kind: "register_person" } & RegisterPerson
  /** A family that was not known; the entry's id is the household's. */
  | { kind: "register_household" } & RegisterHousehold
  /** A registered field is other than it was on the phone. */
  | { kind: "change_field" } & ChangeField
  /** A death, a move, a divorce, a marriage. */
  | { kind: "life_event" } & LifeEvent
  /** The double screening of a family begins. */
  | { kind: "screen_begin" } & ScreenBegin
  /** Answers of a family. */
  | { kind: "screen_answer" } & ScreenAnswer
  /** Needs that go to the Puskesos. */
  | { kind: "screen_refer" } & ScreenRefer
  /** A screening ends without a referral. */
  | { kind: "screen_decline" } & ScreenDecline
  /** What a family brings; the entry's id is the case's. */
  | { kind: "intake" } & Intake
  /** A danger sign: care at once; the entry's id is the case's. */
  | { kind: "emergency" } & Emergency
  /** A home was visited. */
  | { kind: "visit" } & Visit
  /** An entry that was held is not needed: `fixes` of the entry names it. */
  | { kind: "withdraw" } & Withdraw;

/** A hari buka. */
export type OpenDay = {
  /** The post: 13 digits. */
  post: string;
  /** Its day. */
  date: string;
};

/** A child came to a hari buka. */
export type Arrive = {
  /** The post. */
  post: string;
  /** Its day. */
  date: string;
  /** The child. */
  person: string;
};

/** What was measured of a child. */
export type Measure = {
  /** The child. */
  person: string;
  /** The post of the hari buka; none at a home visit. */
  post?: string | null;
  /** The day it was measured. */
  on: string;
  /** Weight in grams. */
  weight?: number | null;
  /** Length or height in tenths of a millimetre. */
  lenhei?: number | null;
  /** How length or height was taken. */
  position?: Position | null;
  /** Head circumference in tenths of a millimetre. */
  head?: number | null;
  /** Upper arm circumference in tenths of a millimetre. */
  arm?: number | null;
  /** Swelling of both feet; none when nobody looked. */
  oedema?: boolean | null;
  /** Keys of danger signs seen. */
  danger_signs: Array<string>;
  /** Who measured, where it was not the author. */
  measurer?: string | null;
  /** The measurement that this one mends. */
  replaces?: string | null;
  /** From the scales or from the book. */
  source: Source;
  /** What the phone said of it. */
  shown?: Shown | null;
};

/** Lying or standing. */
export type Position =
  | "l"
  | "h";

/** Where figures were entered from. */
export type Source =
  | "phone"
  | "book";

/** What the phone said of a measurement, for comparison with the server's own verdict. */
export type Shown = {
  /** Version of the growth algorithm. */
  algorithm: string;
  /** Edition of the rules of triggers, such as `pemicu 2026.1`. */
  rules: string;
  /** Scores x 100 in the order TB/U, BB/U, BB/TB, IMT/U, LK/U, LiLA/U. */
  z: Array<number | null>;
  /** Letter of the KMS. */
  gain?: string | null;
  /** Whether the weight did not rise twice in a row. */
  twice: boolean;
  /** Below the red line. */
  below_red: boolean;
  /** Keys of what asked for a second measurement. */
  warnings: Array<string>;
  /** Keys of the triggers that put the family on the list. */
  triggers: Array<string>;
  /** Urgency of the referral for health. */
  urgency?: string | null;
};

/** A newborn, known by mother, day and order of birth until it has a NIK. */
export type RegisterBirth = {
  /** The mother. */
  mother: string;
  /** 1 for the first or only child of this birth. */
  order: number;
  /** Empty before naming. */
  name: string;
  /** `L` or `P`. */
  sex: string;
  /** Day of birth. */
  birth_date: string;
  /** Place of birth; may be empty. */
  birth_place: string;
};

/** Somebody who lives here and was not registered. */
export type RegisterPerson = {
  /** The family. */
  household: string;
  /** Full name. */
  name: string;
  /** `L` or `P`. */
  sex: string;
  /** Day of birth. */
  birth_date: string;
  /** Place of birth; may be empty. */
  birth_place: string;
  /** Relation to the head of the family, by key. */
  relation: string;
  /** May be empty. */
  mother_name: string;
  /** 16 digits. */
  nik?: string | null;
  /** Telephone. */
  phone?: string | null;
};

/** A family that lives here and was not registered. */
export type RegisterHousehold = {
  /** The post it belongs to. */
  post: string;
  /** 16 digits. */
  kk?: string | null;
  /** Hamlet; may be empty. */
  dusun: string;
  /** May be empty. */
  rt: string;
  /** May be empty. */
  rw: string;
  /** May be empty. */
  address: string;
};

/** A registered field is other than it was on the phone. */
export type ChangeField = {
  /** The family. */
  household: string;
  /** The person; none: a field of the family. */
  person?: string | null;
  /**
   * `name`, `sex`, `birth_date`, `birth_place`, `relation`, `mother_name`, `nik`, `phone`;
   * of a family `kk`, `dusun`, `rt`, `rw`, `address`.
   */
  field: string;
  /** What stood there when it was changed; empty where the phone does not hold it. */
  seen: string;
  /** The new value. */
  value: string;
};

/** What changed in a family. */
export type LifeEvent = {
  /** Which kind. */
  event: Event;
  /** The family it happened in; the new one at a marriage or a move in. */
  household: string;
  /** Those it happened to; none: the whole family. */
  persons: Array<string>;
  /** The day it happened. */
  on: string;
  /** From or to where, in words; may be empty. */
  place: string;
  /** Anything the operator should know; may be empty. */
  note: string;
};

/** Kinds of life events; a birth is [`RegisterBirth`]. */
export type Event =
  | "death"
  | "move_in"
  | "move_out"
  | "divorce"
  | "marriage";

/** Who sits with the child, and what they allow. */
export type ScreenBegin = {
  /** The family. */
  household: string;
  /** The child whose finding put the family on the list. */
  person: string;
  /** The measurement that did, where it is this phone's or came with the extract. */
  finding?: string | null;
  /** `wali` or `lain`. */
  accompanied_by: string;
  /** May the need go to the Puskesos; none when not asked. */
  consent_rujukan?: boolean | null;
  /** May the measurements go too. */
  consent_ukuran?: boolean | null;
  /** Key and version of the wording that was shown. */
  wording: string;
  /** `id` or `en`. */
  lang: string;
};

/** Answers of a family. */
export type ScreenAnswer = {
  /** The family. */
  household: string;
  /** Stored answer by fact; none: asked, and nobody could say. */
  answers: Record<string, string | null>;
};

/** Needs of a family that go to the Puskesos. */
export type ScreenRefer = {
  /** The family. */
  household: string;
  /** The child whose finding led here. */
  person?: string | null;
  /** Each with its own slip. */
  needs: Array<SentNeed>;
  /** For the desk; never measurements. */
  note: string;
};

/** One need on its way, with the slip that the family holds. */
export type SentNeed = {
  /** Key of the need. */
  need: string;
  /** Urgency that the phone showed. */
  urgency: string;
  /** Id of the case that is opened. */
  case: string;
  /** Eleven characters of the slip, without marks. */
  code: string;
  /** Four digits of the slip. */
  number: string;
};

/** A need, question, proposal or complaint that a family brings to a field worker. */
export type Intake = {
  /** The family. */
  household: string;
  /** `kebutuhan`, `pertanyaan`, `saran` or `pengaduan`. */
  matter: string;
  /** Key of the need that it is about. */
  need: string;
  /** Urgency that the worker saw. */
  urgency: string;
  /** Who speaks: `sendiri`, `kerabat`, `tetangga` or `petugas`. */
  speaker: string;
  /** The family agreed that it goes to the Puskesos. */
  agreed: boolean;
  /** In words; never measurements. */
  note: string;
  /** Eleven characters of the slip, without marks. */
  code: string;
  /** Four digits of the slip. */
  number: string;
};

/** A screening ends without a referral. */
export type ScreenDecline = {
  /** The family. */
  household: string;
  /** `tidak_perlu`, `tidak_bersedia`, `tidak_bertemu`. */
  why: string;
};

/** A danger sign was seen. */
export type Emergency = {
  /** The family. */
  household: string;
  /** Who is in danger. */
  person: string;
  /** Keys of the signs. */
  danger_signs: Array<string>;
  /** Day it was seen. */
  on: string;
  /** The family cannot go by itself. */
  stranded: boolean;
  /** Where the kader sent them, in words; may be empty. */
  note: string;
  /** Eleven characters of the slip. */
  code: string;
  /** Four digits of the slip. */
  number: string;
};

/** A visit to a home: health and social in one. */
export type Visit = {
  /** The family. */
  household: string;
  /** Day of the visit. */
  on: string;
  /** Whether anybody was met. */
  met: boolean;
  /** Members who were seen. */
  seen: Array<string>;
  /** Health items by member and key: stored answer. */
  items: Array<VisitItem>;
  /** Social answers by fact; none: asked, and nobody could say. */
  answers: Record<string, string | null>;
  /** Questions asked. */
  asked: number;
  /** Questions not asked, because the answer was known or could change nothing. */
  saved: number;
  /** May be empty. */
  note: string;
};

/** One thing looked at during a visit. */
export type VisitItem = {
  /** Whom it is about; none: the home. */
  person?: string | null;
  /** Key. */
  key: string;
  /** Stored answer. */
  value: string;
};

/** A held entry is given up by its author. */
export type Withdraw = {
  /** Why, in words; may be empty. */
  why: string;
};

/** A part of the area, or all of it. Rows replace those with the same id. */
export type Extract = {
  /** Posts of the area. */
  posts: Array<Post>;
  /** Families. */
  households: Array<Home>;
  /** Persons who live here. */
  persons: Array<Person>;
  /** The last measurements of each child under five, oldest first; those mended are left out. */
  measurements: Array<Measured>;
  /** Hari buka of the last months and those to come. */
  days: Array<Day>;
  /** Families still to be asked. */
  screenings: Array<Screening>;
  /** Referrals sent this month and those still open. */
  referrals: Array<Referral>;
  /** Answers that are still fresh. */
  answers: Array<FamilyAnswer>;
  /** Update tasks of life events that this worker brought. */
  tasks: Array<Task>;
  /** Ids of persons and households that left the area or were erased. */
  left: Array<string>;
  /** Ids of screenings that are no longer open. */
  closed: Array<string>;
  /** With a whole area: the worker's task, which may have changed. */
  work?: WorkNow | null;
};

/** What somebody's task is. */
export type WorkNow = {
  /** Key of the role. */
  role: string;
  /** Code of the area. */
  area: string;
};

/** A Posyandu. */
export type Post = {
  /** Area code of 13 digits. */
  area: string;
  /** Its name. */
  name: string;
};

/** A family. */
export type Home = {
  /** Id. */
  id: string;
  /** Post it belongs to. */
  area: string;
  /** Version of its fields. */
  version: number;
  /** Hamlet. */
  dusun: string;
  /** RT. */
  rt: string;
  /** RW. */
  rw: string;
  /** Address. */
  address: string;
  /** Whether a KK number is known. */
  has_kk: boolean;
  /** Where the social registry has it. */
  registry: Registry;
  /** What it receives. */
  memberships: Array<Membership>;
  /** "Boleh kami sampaikan ke Puskesos?", when it was last asked. */
  consent_rujukan?: Consent | null;
};

/** Where the social registry has a family; never its decile. */
export type Registry = {
  /** Answer. */
  answer: RegistryAnswer;
  /** Day of the data. */
  as_of?: string | null;
  /** Whether the desk looked it up; otherwise it is from the extract. */
  by_desk: boolean;
};

/** Found, not found, not looked up. */
export type RegistryAnswer =
  | "found"
  | "not_found"
  | "not_checked";

/** Membership in a programme. */
export type Membership = {
  /** `pkh`, `sembako`, `pbi_jkn`. */
  programme: string;
  /** `recipient`, `not_recipient`, `inactive`. */
  state: string;
  /** Day of the data. */
  as_of: string;
};

/** An answer to a question of consent. */
export type Consent = {
  /** Yes or no. */
  answer: boolean;
  /** Milliseconds since 1970. */
  at: number;
};

/** Somebody who lives here. */
export type Person = {
  /** Id. */
  id: string;
  /** Family. */
  household: string;
  /** Version of the fields. */
  version: number;
  /** Name. */
  name: string;
  /** `L` or `P`. */
  sex: string;
  /** Day of birth. */
  birth_date: string;
  /** Relation to the head, by key. */
  relation: string;
  /** Mother's name; may be empty. */
  mother_name: string;
  /** Whether a NIK is known. */
  has_nik: boolean;
  /** May the measurements go to the Puskesos. */
  consent_ukuran?: Consent | null;
};

/** A measurement as the server keeps it. */
export type Measured = {
  /** Id. */
  id: string;
  /** Child. */
  person: string;
  /** Day. */
  on: string;
  /** Post where it was taken; the letter of the KMS looks at its own post alone. */
  area: string;
  /** Grams. */
  weight?: number | null;
  /** Tenths of a millimetre. */
  lenhei?: number | null;
  /** How it was taken. */
  position?: Position | null;
  /** Tenths of a millimetre. */
  head?: number | null;
  /** Tenths of a millimetre. */
  arm?: number | null;
  /** Swelling of both feet. */
  oedema?: boolean | null;
  /** Danger signs seen. */
  danger_signs: Array<string>;
  /** Keys of what asked for a second measurement. */
  warnings: Array<string>;
  /** Letter of the KMS. */
  gain?: string | null;
  /** Author. */
  author: string;
  /** What a bidan answered, by key. */
  bidan?: string | null;
  /**
   * Somebody else had measured the child that day already: shown beside it, not counted and
   * not judged by.
   */
  second?: boolean | null;
};

/** A hari buka. */
export type Day = {
  /** Id on the server. */
  id: string;
  /** Post. */
  post: string;
  /** Date. */
  date: string;
  /** Children who came, in this hari buka. */
  arrived: Array<string>;
};

/** A family still to be asked. */
export type Screening = {
  /** Id on the server. */
  id: string;
  /** Family. */
  household: string;
  /** Child whose finding put it on the list. */
  person: string;
  /** `menunggu`, `menunggu_wali`, `ditanya`. */
  state: string;
  /** Day it came on the list. */
  opened_on: string;
  /** When it should have been asked; milliseconds since 1970. */
  due_at: number;
};

/** A referral on its way, and what became of it. */
export type Referral = {
  /** Case. */
  case: string;
  /** Family. */
  household: string;
  /** Key of the need. */
  need: string;
  /** Key of the urgency. */
  urgency: string;
  /** Key of the state. */
  state: string;
  /** Milliseconds since 1970. */
  opened_at: number;
  /** Milliseconds since 1970. */
  changed_at: number;
  /** "Kabar dari Puskesos", the newest. */
  reply?: string | null;
  /** Whether this worker sent it. */
  mine: boolean;
};

/** An answer that a family gave. */
export type FamilyAnswer = {
  /** Family. */
  household: string;
  /** Key of the fact. */
  fact: string;
  /** Stored answer; none: nobody could say. */
  value?: string | null;
  /** Day of the answer. */
  on: string;
  /** Asked by the desk, not by a kader. */
  by_desk: boolean;
  /** The screening it was given in. */
  screening: string;
};

/** What the operator has to update, and what became of it. */
export type Task = {
  /** Id. */
  id: string;
  /** Kind of life event, or `birth`. */
  event: string;
  /** Family. */
  household: string;
  /** Day of the event. */
  on: string;
  /** `open`, `done`, `refused`. */
  state: string;
  /** Last day on which it counts for the next month. */
  cut_off: string;
  /** Why it was refused, or what the operator says. */
  reply?: string | null;
};

/** A worker signs in on a phone. */
export type SignIn = {
  /** Login name. */
  login: string;
  /** Password. */
  password: string;
  /** Id that the phone has given itself; the same for all its workers. */
  device: string;
  /** Name of the phone as the worker knows it. */
  device_name: string;
  /** The phone's public key for signatures: ECDSA P-256, uncompressed (SEC 1), base64. */
  device_key: string;
  /**
   * The worker's public key on this phone, to which others seal what they hand over: X25519,
   * base64.
   */
  sealing_key: string;
  /** The phone's clock. */
  at: number;
};

/** What the phone needs from then on. */
export type SignedIn = {
  /** Secret of this worker on this phone. */
  credential: string;
  /** Worker. */
  user: string;
  /** Name to greet with. */
  name: string;
  /** Key of the role. */
  role: string;
  /** Area of the assignment. */
  area: string;
  /** Hours before UTC: 7, 8 or 9. */
  zone_hours: number;
  /** Public key that entries are sealed to: X25519, base64. */
  server_key: string;
  /** Id of that key. */
  server_key_id: string;
  /** Epoch of the server. */
  epoch: string;
  /** Posts of the area. */
  posts: Array<Post>;
  /** The server's clock. */
  server_time: number;
  /** The invented data of a demo, not real people. */
  synthetic: boolean;
};

/** Entries for the server. */
export type Push = {
  /** Phone. */
  device: string;
  /** The epoch that the phone knows. */
  epoch: string;
  /** The phone's clock at sending. */
  at: number;
  /** At most 100, in the order in which they were entered. */
  entries: Array<Entry>;
};

/** One entry: sealed to the server's key, or open where the phone has no key. */
export type Entry = {
  /** Id of the entry and of its fact. */
  id: string;
  /** Kind of the body. */
  kind: string;
  /** Version of the body. */
  version: number;
  /** Worker who entered it. */
  author: string;
  /** The phone's clock when it was entered. */
  at: number;
  /** The held entry that this one stands for. */
  fixes?: string | null;
  /** JSON of the body, sealed (`simpul_phone::seal`), base64. */
  sealed?: string | null;
  /** The body itself. */
  body?: Body | null;
  /** How it came to the phone that sends it, where that is not its author's. */
  handed?: Handed | null;
};

/** How an entry was handed over, with what proves that its author's phone did it. */
export type Handed = {
  /** The author's phone, as it names itself. */
  phone: string;
  /** Its clock when it handed over. */
  at: number;
  /** The carrying phone's clock at that moment. */
  seen_at: number;
  /** SHA-256 of all that was handed over together, base64; this entry is one of them. */
  marks: Array<string>;
  /** ECDSA P-256 with SHA-256 of the author's phone, r and s, base64. */
  signature: string;
};

/** Answers to a [`Push`]. */
export type Pushed = {
  /** The server's epoch; another than before: it was restored from a backup. */
  epoch: string;
  /** All journal numbers up to this are in a verified backup. */
  safe_seq: number;
  /** The server's clock. */
  server_time: number;
  /** One for each entry, in the same order. */
  answers: Array<Answered>;
  /**
   * Entries of this phone and worker that were answered earlier and have changed since:
   * those released, held or mended.
   */
  changed: Array<Answered>;
};

/** What became of one entry. */
export type Answered = {
  /** The entry. */
  id: string;
  /** Whether it had been answered before. */
  replayed: boolean;
  /** The answer. */
  answer: Answer;
};

/** The answer to one entry. */
export type Answer =
  /** It is on the server, once. */
  | { is: "accepted" } & {
  /** Receipt to read out. */
  receipt: string;
  /** Journal number by which it is certainly kept. */
  seq: number;
  /** When it was accepted. */
  at: number;
  /** Whether it counts for the author's month; a second of the same fact does not. */
  counts: boolean;
  /** Key of what the author should know, such as that another phone measured too. */
  note?: string | null;
}
  /** It speaks of something that has not come yet. The server keeps it. */
  | { is: "waiting" } & {
  /** What it waits for. */
  on: string;
  /** Since when. */
  since: number;
}
  /** A person must look at it. The server keeps it. */
  | { is: "held" } & {
  /** Key of the reason. */
  reason: string;
  /** The field concerned. */
  field?: string | null;
  /** Since when. */
  since: number;
};

/** The area, or what changed since the cursor. */
export type Pulled = {
  /** The server's epoch. */
  epoch: string;
  /** Where to go on. */
  cursor: string;
  /** All journal numbers up to this are in a verified backup. */
  safe_seq: number;
  /** The server's clock. */
  server_time: number;
  /** The extract stands for all that the phone had. */
  whole: boolean;
  /** Another pull brings more. */
  more: boolean;
  /** None when nothing changed. */
  extract?: Extract | null;
  /** Entries of this phone and worker whose answer has changed. */
  changed: Array<Answered>;
  /** The worker's month by the server's receipts. */
  month?: Month | null;
  /** Next day by which updates count, such as the 17th. */
  cut_off?: string | null;
  /** Keys for handing over; none when they are as they were. */
  keys?: Keys | null;
};

/** What two phones need to hand over without network. */
export type Keys = {
  /** The village's desks, the newest sign-in first. */
  desks: Array<DeskKey>;
  /** The phones that a desk may take from; empty for who is no desk. */
  phones: Array<PhoneKey>;
};

/** Somebody at the desk with a phone. */
export type DeskKey = {
  /** Name of the officer. */
  name: string;
  /** Public key to seal to: X25519, base64. */
  key: string;
};

/** A worker's phone. */
export type PhoneKey = {
  /** As it names itself. */
  phone: string;
  /** The worker. */
  author: string;
  /** Name of the worker. */
  name: string;
  /** Public key of its signatures: ECDSA P-256, uncompressed (SEC 1), base64. */
  key: string;
  /** Its credential was ended, or ran out. */
  ended: boolean;
};

/** What counts for a worker in a month. */
export type Month = {
  /** First day of the month. */
  month: string;
  /** Children measured. */
  measured: number;
  /** Families asked. */
  asked: number;
  /** Referrals sent. */
  referred: number;
  /** Homes visited. */
  visited: number;
  /** Life events and newcomers brought. */
  updated: number;
};

/** Why a whole request was refused. */
export type Problem = {
  /**
   * Key: `device-unknown`, `device-role`, `sign-in-wrong`, `sign-in-locked`, `too-large`,
   * `busy`, `malformed`.
   */
  problem: string;
  /** Seconds to wait at least. */
  wait?: number | null;
};

/** What one phone hands to another. */
export type HandOver = {
  /** Version of this form. */
  version: number;
  /** The phone that hands over, as it names itself. */
  phone: string;
  /** Its clock. */
  at: number;
  /** What the desk reads. */
  referral: Referred;
  /** The referral and what it rests on, as they are sent, in the order of entering. */
  entries: Array<Entry>;
  /** ECDSA P-256 with SHA-256 of the phone over all of this, r and s, base64. */
  signature: string;
};

/** A referral as the desk reads it: need and urgency, no measurement. */
export type Referred = {
  /** Id of its entry. */
  entry: string;
  /** Who refers. */
  author: string;
  /** When, by the phone's clock. */
  at: number;
  /** The family. */
  household: string;
  /** Head of the family. */
  family: string;
  /** Where it lives. */
  place: string;
  /** What it needs. */
  needs: Array<ReferredNeed>;
  /** For the desk; may be empty. */
  note: string;
};

/** One need. */
export type ReferredNeed = {
  /** Key of the need. */
  need: string;
  /** Key of its urgency. */
  urgency: string;
};

/** What came of a code that was read. */
export type Gathered =
  /** More are needed. */
  | { is: "more" } & {
  /** Codes read so far. */
  have: number;
  /** Codes in all. */
  of: number;
}
  /** All have been read. */
  | { is: "whole" }
  /** No code of a hand-over. */
  | { is: "foreign" }
  /** Of a newer app. */
  | { is: "newer" }
  /** Not read rightly. */
  | { is: "damaged" }
  /** Of another hand-over than those before; it was not taken. */
  | { is: "other" } & {
  /** Codes read so far. */
  have: number;
  /** Codes in all. */
  of: number;
};

/** What the outbox knows of one entry, as it is stored beside the sealed content. */
export type Row = {
  /** The entry. */
  id: string;
  /** Who entered it. */
  author: string;
  /** Kind of its body. */
  kind: string;
  /** The phone's clock when it was entered. */
  at: number;
  /** Place in the order of entering. */
  order: number;
  /** Bytes of its sealed content. */
  bytes: number;
  /** The held entry that it stands for. */
  fixes?: string | null;
  /** What became of it. */
  status: Status;
};

/** What became of an entry. */
export type Status =
  /** On this phone only. */
  | { is: "pending" }
  /** The server keeps it until something else comes. */
  | { is: "waiting" } & {
  /** Epoch of the answer. */
  epoch: string;
  /** What it waits for. */
  on: string;
  /** Since when, by the server's clock. */
  since: number;
  /** When the server was last asked, by the phone's clock. */
  asked: number;
}
  /** A person must look at it. */
  | { is: "held" } & {
  /** Epoch of the answer; none where the phone itself found that it cannot go. */
  epoch?: string | null;
  /** Key of the reason. */
  reason: string;
  /** The field concerned. */
  field?: string | null;
  /** Since when. */
  since: number;
  /** When the server was last asked, by the phone's clock. */
  asked: number;
}
  /** On the server, not yet in a verified backup. */
  | { is: "accepted" } & {
  /** Epoch of the answer. */
  epoch: string;
  /** Receipt to read out. */
  receipt: string;
  /** Journal number. */
  seq: number;
  /** When, by the server's clock. */
  at: number;
  /** Whether it counts for the author's month. */
  counts: boolean;
  /** What the author should know. */
  note?: string | null;
};

/** What the outbox remembers besides its rows. */
export type Meta = {
  /** The server's epoch, once known. */
  epoch?: string | null;
  /** Last contact by the phone's clock. */
  contact?: number | null;
  /** The server's clock less the phone's at the last contact, in milliseconds. */
  skew: number;
  /** The server refused the credential: nothing goes until somebody signs in. */
  signed_out: boolean;
};

/** What happened. */
export type Happened =
  /** The app has started, or some time has passed. */
  | { on: "tick" }
  /** An entry is in storage, sealed. */
  | { on: "saved" } & {
  /** As it was stored. */
  row: Row;
}
  /** The network came or went. */
  | { on: "online" } & {
  /** Whether it is there. */
  online: boolean;
}
  /** Somebody pressed "Kirim data": do not wait any longer. */
  | { on: "now" }
  /** Somebody signed in, or opened the app: their credential may do where another's did not. */
  | { on: "signed_in" }
  /** A pull was refused: the server does not know this credential any more. */
  | { on: "signed_out" }
  /** The server answered a push. */
  | { on: "answered" } & {
  /** Number of the request. */
  request: number;
  /** Its answer. */
  pushed: Pushed;
}
  /** A push failed. */
  | { on: "failed" } & {
  /** Number of the request. */
  request: number;
  /** HTTP status; none without any. */
  status?: number | null;
  /** Seconds that the server asks to wait. */
  wait?: number | null;
}
  /** A pull brought news. */
  | { on: "pulled" } & {
  /** The server's epoch. */
  epoch: string;
  /** Covered by a verified backup. */
  safe_seq: number;
  /** The server's clock. */
  server_time: number;
  /** Entries whose answer has changed. */
  changed: Array<Answered>;
};

/** What is to be done, in this order. */
export type Command =
  /**
   * Put a row beside its content, and with it, all or nothing, the receipt for the month's
   * count under the id of the entry.
   */
  | { do: "store" } & {
  /** The row. */
  row: Row;
  /** The receipt, where it changes. */
  receipt?: Receipt | null;
}
  /** Forget an entry: it is safe. */
  | { do: "delete" } & {
  /** The entry. */
  id: string;
}
  /** Put what is remembered besides the rows. */
  | { do: "remember" } & {
  /** All of it. */
  meta: Meta;
}
  /** Send these entries, as stored, in this order. */
  | { do: "send" } & {
  /** Number to give back with the answer. */
  request: number;
  /** The epoch to name. */
  epoch: string;
  /** Entries. */
  ids: Array<string>;
}
  /** Pull: something has changed on the server. */
  | { do: "pull" }
  /** Come back with a tick in so many milliseconds. */
  | { do: "wake" } & {
  /** Milliseconds from now. */
  after: number;
};

/** A receipt, without anything about a person. */
export type Receipt = {
  /** The entry. */
  id: string;
  /** Author. */
  author: string;
  /** Kind of the entry. */
  kind: string;
  /** Receipt to read out. */
  receipt: string;
  /** When it was accepted, by the server's clock. */
  at: number;
  /** Whether it counts for the author's month. */
  counts: boolean;
};

/** Figures for the page "Kirim data". */
export type Summary = {
  /** On this phone only. */
  pending: number;
  /** Waiting on the server. */
  waiting: number;
  /** To be mended. */
  held: number;
  /** On the server. */
  accepted: number;
  /** A request is on its way. */
  sending: boolean;
  /** Nothing goes until somebody signs in. */
  signed_out: boolean;
  /** Last contact by the phone's clock. */
  contact?: number | null;
  /** The server's clock less the phone's, in milliseconds. */
  skew: number;
};

/** What a family needs; one open case per family and need. */
export type Need =
  | "pangan"
  | "jaminan_kesehatan"
  | "bantuan_sosial"
  | "data_kependudukan"
  | "perumahan"
  | "pendidikan"
  | "perlindungan"
  | "lainnya";

/** Where a screening stands. */
export type State =
  | "menunggu"
  | "menunggu_wali"
  | "ditanya"
  | "dirujuk"
  | "selesai"
  | "dibatalkan";

/** Who sits with the child. */
export type Accompanied =
  | "wali"
  | "lain";

/** A request. */
export type Call =
  /** What a measurement means. */
  | { call: "judge" } & AskJudge
  /** A number while it is typed. */
  | { call: "check" } & AskCheck
  /** A growth chart as SVG. */
  | { call: "chart" } & AskChart
  /** What the answers of a family come to. */
  | { call: "screen" } & AskScreen
  /** A slip's code and number. */
  | { call: "ticket" } & {
  /** 14 bytes from a cryptographic source, hexadecimal. */
  random: string;
}
  /** Whether a code and number stand on a slip. */
  | { call: "read_ticket" } & {
  /** As typed. */
  code: string;
  /** As typed. */
  number: string;
}
  /** An entry's body is sealed to the server's key. */
  | { call: "seal" } & {
  /** The server's key, base64. */
  key: string;
  /** With its body. */
  entry: Entry;
  /** 32 bytes from a cryptographic source, hexadecimal; used once in a session. */
  random: string;
}
  /** The worker has gone: the next entry is sealed anew, and codes read are left aside. */
  | { call: "lock" }
  /** A pair of keys for sealing: base64 of secret and public key. */
  | { call: "key_pair" } & {
  /** 32 bytes from a cryptographic source, hexadecimal. */
  random: string;
}
  /** About a hand-over from phone to phone. */
  | { call: "hand" } & Hand
  /** The outbox as it was stored; to be called once, before any step. */
  | { call: "outbox_open" } & {
  /** All rows. */
  rows: Array<Row>;
  /** What is remembered besides. */
  meta?: Meta | null;
}
  /** A step of the outbox. */
  | { call: "outbox" } & {
  /** The phone's clock. */
  now: number;
  /** A random number below 2^32. */
  random: number;
  /** What happened. */
  event: Happened;
}
  /** Names as they are searched for. */
  | { call: "search_keys" } & {
  /** Names or what is typed. */
  texts: Array<string>;
}
  /** A NIK or KK number while it is typed. */
  | { call: "number" } & {
  /** As typed. */
  text: string;
  /** `nik` or `kk`. */
  kind: string;
  /** Today, for the birth date in it. */
  today: string;
}
  /** Invented families to practise with. */
  | { call: "practice" } & {
  /** Today. */
  on: string;
};

/** What was measured, for judging; a row of the extract serves as it is. */
export type Taken = {
  /** The day. */
  on: string;
  /** Post of the child that day: the letter of the KMS compares within one post. */
  area: string;
  /** Grams. */
  weight?: number | null;
  /** Tenths of a millimetre. */
  lenhei?: number | null;
  /** How it was taken. */
  position?: Position | null;
  /** Tenths of a millimetre. */
  head?: number | null;
  /** Tenths of a millimetre. */
  arm?: number | null;
  /** Swelling of both feet. */
  oedema?: boolean | null;
  /** Keys of danger signs. */
  danger_signs: Array<string>;
  /** What asked for a second measurement, where it was judged before. */
  warnings?: Array<string> | null;
};

/** Of `judge`. */
export type AskJudge = {
  /** `L` or `P`. */
  sex: string;
  /** Day of birth. */
  birth_date: string;
  /** Today. */
  today: string;
  /** What is measured now. */
  new: Taken;
  /** What was measured before, oldest first, without what `new` mends. */
  history: Array<Taken>;
  /** Whether the family can go to the Puskesmas, where it was asked. */
  can_go?: boolean | null;
};

/** What a measurement means. */
export type Judged = {
  /** Key of the sentence when it cannot be taken; everything else is then empty. */
  impossible?: string | null;
  /** Whole days of age. */
  age_days: number;
  /** For the entry: what the phone showed. */
  shown: Shown;
  /** Grams gained since last month. */
  gained?: number | null;
  /** Grams that were expected. */
  needed?: number | null;
  /** Triggers that put the family on the list. */
  triggers: Array<Told>;
  /** Why the child should be seen, the most urgent first. */
  reasons: Array<{ id: string; en: string }>;
  /** What to show, in this order. */
  say: Array<Say>;
  /** Between which lines of the chart weight and length lie, by index. */
  places: Record<string, Say>;
};

/** A rule that applies. */
export type Told = {
  /** Its key. */
  key: string;
  /** Its words. */
  title: { id: string; en: string };
};

/** A message of the word files. */
export type Say = {
  /** Its key. */
  key: string;
  /** What stands in it; numbers without unit or sign for thousands. */
  args: Record<string, string>;
};

/** Of `check`. */
export type AskCheck = {
  /** Which number. */
  field: Field;
  /** As typed. */
  text: string;
  /** `L` or `P`. */
  sex: string;
  /** Day of birth. */
  birth_date: string;
  /** What else was typed; its own field is left aside. */
  typed: Taken;
  /** The measurement before. */
  last?: Taken | null;
};

/** Numbers of a measurement. */
export type Field =
  | "weight"
  | "lenhei"
  | "head"
  | "arm";

/** What a typed number is. */
export type Checked = {
  /** Grams or tenths of a millimetre. */
  value?: number | null;
  /** Key of the sentence when it is no such number. */
  error?: string | null;
  /** Keys of what makes it unusual. */
  warnings: Array<string>;
  /** How children of this age are usually measured. */
  usual_position: Position;
};

/** Of `chart`. */
export type AskChart = {
  /** Weight or length; others have no chart. */
  field: Field;
  /** `L` or `P`. */
  sex: string;
  /** Day of birth. */
  birth_date: string;
  /** The day the chart is for. */
  on: string;
  /** Oldest first. */
  history: Array<Taken>;
  /** Words of the picture. */
  title: string;
  /** The chart in a sentence. */
  said: string;
  /** `kg` or `cm`. */
  unit: string;
  /** Words of the month axis. */
  months: string;
};

/** A drawn chart. */
export type Drawn = {
  /** The picture; none from five years on or without a measure. */
  svg?: string | null;
  /** Between which lines the last point lies. */
  place?: Say | null;
};

/** Of `screen`. */
export type AskScreen = {
  /** Today. */
  on: string;
  /** The family. */
  home: Home;
  /** Those who live there. */
  persons: Array<Person>;
  /** The newest finding of each child. */
  findings: Array<Finding>;
  /** What the family answered before. */
  answers: Array<FamilyAnswer>;
  /** What it answers now: stored answer by fact; none: nobody can say. */
  given: Record<string, string | null>;
};

/** A child's finding. */
export type Finding = {
  /** The child. */
  person: string;
  /** What was measured. */
  new: Taken;
  /** What was measured before. */
  history: Array<Taken>;
  /** Whether the family can go to the Puskesmas, where it was asked. */
  can_go?: boolean | null;
};

/** What the answers come to. */
export type Screened = {
  /** What may help, whatever is still unanswered. */
  suggestions: Array<Suggested>;
  /** What may help once the desk has looked the family up. */
  waiting: Array<Suggested>;
  /** What to ask now. */
  questions: Array<Asked>;
  /** Questions answered now. */
  asked: number;
  /** Questions not asked. */
  saved: number;
  /** Urgency of a need that nothing suggests. */
  otherwise: string;
  /** Version of the rules. */
  rules: string;
};

/** Help that may fit. */
export type Suggested = {
  /** Key of the rule. */
  key: string;
  /** Its words. */
  title: { id: string; en: string };
  /** Key of the need. */
  need: string;
  /** Key of the sort of help. */
  help: string;
  /** Key of the urgency with which the need goes. */
  urgency: string;
  /** What to do next. */
  next: { id: string; en: string };
  /** Why. */
  why: Array<{ id: string; en: string }>;
};

/** A question. */
export type Asked = {
  /** The fact. */
  key: string;
  /** Its words. */
  text: { id: string; en: string };
  /** Stored answer and its words; empty where a number or a day is typed. */
  options: Array<[string, { id: string; en: string }]>;
  /** `choice`, `number` or `date`. */
  kind: string;
};

/** A drawn slip. */
export type Slip = {
  /** Eleven characters, as entries carry them. */
  code: string;
  /** In groups, as printed. */
  printed: string;
  /** Four digits. */
  number: string;
};

/** A sealed entry. */
export type Sealed = {
  /** Without its body. */
  entry: Entry;
  /** Bytes of the sealed content, for the row of the outbox. */
  bytes: number;
};

/** A pair of keys. */
export type KeyPair = {
  /** Base64. */
  secret: string;
  /** Base64. */
  public: string;
};

/** What the outbox asks for. */
export type Stepped = {
  /** In this order. */
  commands: Array<Command>;
  /** Figures afterwards. */
  summary: Summary;
  /** Place of the next entry in the order of entering. */
  next_order: number;
};

/** What a number of 16 digits says. */
export type Numbered = {
  /** Key of the sentence when it is none. */
  error?: string | null;
  /** Birth date in a NIK. */
  birth_date?: string | null;
  /** `L` or `P`, in a NIK. */
  sex?: string | null;
};

/** About a hand-over. */
export type Hand =
  /** What has to go along with a referral: ids in their order. */
  | { hand: "needed" } & {
  /** The referral. */
  referral: string;
  /** What is on this phone only, with bodies, in the order of entering. */
  entries: Array<Entry>;
}
  /** What the phone's key signs, base64. */
  | { hand: "message" } & {
  /** Its signature may still be missing. */
  hand_over: HandOver;
}
  /** The texts of the codes that carry it. */
  | { hand: "frames" } & {
  /** Public keys of the desks, base64. */
  to: Array<string>;
  /** Its JSON, packed, base64. */
  packed: string;
  /** 32 bytes from a cryptographic source for each desk and one more, hexadecimal. */
  random: Array<string>;
}
  /** A code was read. */
  | { hand: "read" } & {
  /** Its text. */
  text: string;
}
  /** The codes read so far are left aside. */
  | { hand: "again" }
  /** What the codes carried, packed, base64; none when it is for somebody else. */
  | { hand: "open" } & {
  /** The worker's secret key, base64. */
  secret: string;
}
  /** The entries as this phone sends them. */
  | { hand: "carried" } & {
  /** Whose signature was checked. */
  hand_over: HandOver;
  /** This phone's clock. */
  seen_at: number;
};
