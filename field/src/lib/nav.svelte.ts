/** Where one is. The address never says it: it would name people. */

export type Place =
  | { at: "home" }
  | { at: "day"; post: string; date: string }
  | { at: "book"; post: string }
  | { at: "measure"; person: string; post: string | null; date: string; replaces?: string; fixes?: string }
  | { at: "emergency"; person: string; date: string; signs: string[] }
  | { at: "result"; person: string; measurement: string; post: string | null; date: string }
  | { at: "ask" }
  | { at: "family"; household: string }
  | { at: "asking"; household: string; person: string; finding?: string }
  | { at: "visit"; household: string }
  | { at: "event"; household: string; fresh?: boolean }
  | { at: "correct"; household: string; person?: string }
  | { at: "intake"; household: string }
  | { at: "new-family"; post: string }
  | { at: "find"; then: "family" | "visit" | "event" | "intake" }
  | { at: "slip"; entry: string; slips: { what: string; printed: string; number: string }[]; urgent?: boolean; brought?: boolean }
  | { at: "show"; entry: string }
  | { at: "take" }
  | { at: "send" }
  | { at: "done"; said: string; more?: Place };

/** A place with what was typed there and not saved yet, and how its forms look when they are empty. */
export type Visited = Place & { drafts?: Record<string, object>; blank?: Record<string, string> };

const HOME: Visited = { at: "home" };
let stack = $state<Visited[]>([HOME]);
/** A place that was left with something typed. */
let left = $state<Visited | null>(null);
/** Entries of the browser's history that lie behind. */
let behind = 0;

const top = (): Visited => stack[stack.length - 1] ?? HOME;
export const here = (): Place => top();
export const places = () => $state.snapshot(stack) as Visited[];

function forward(place: Visited) {
  stack = [...stack, place];
  history.pushState(null, "");
  behind += 1;
}

export function go(place: Place) {
  left = null;
  forward(place);
  scrollTo(0, 0);
}

/** As `go`, but coming back leads past where one is now. */
export function instead(place: Place) {
  left = null;
  stack = [...stack.slice(0, -1), place];
  scrollTo(0, 0);
}

export const back = () => history.back();

/** Where a form leads once it is saved: to these places instead of it, or back. */
export type Next = Place[] | "back";

/** The places as they are once the form here is saved; without a next one they stay. */
export function afterwards(next?: Next): Visited[] {
  const now = places();
  if (!next) return now;
  return [...now.slice(0, -1), ...(next === "back" ? [] : next)];
}

/** Goes there from a form that was saved, unless somebody left it meanwhile. */
export function follow(from: Place, next: Next) {
  left = null;
  if (top() !== from) return;
  if (next === "back") {
    delete top().drafts;
    back();
    return;
  }
  const [first, ...more] = next;
  if (first) instead(first);
  more.forEach(go);
}

export function restart() {
  left = null;
  stack = [HOME];
}

/** Back to where somebody was. */
export function resume(visited: Visited[]) {
  stack = visited;
  for (; behind < stack.length - 1; behind += 1) history.pushState(null, "");
}

/** What is typed into a form here: it stays with the place until the form is saved or left. */
export function draft<T extends object>(form: string, blank: T): T {
  const place = top();
  place.drafts ??= {};
  if (!(form in place.drafts)) {
    place.drafts[form] = blank;
    place.blank = { ...place.blank, [form]: JSON.stringify(blank) };
  }
  return place.drafts[form] as T;
}

const isTyped = ({ drafts = {}, blank = {} }: Visited) =>
  Object.entries(drafts).some(([form, now]) => JSON.stringify(now) !== blank[form]);

/** The place that was left with something typed, and the way back to it. */
export const wasLeft = () => left !== null;
export function undoLeaving() {
  const place = left;
  left = null;
  if (place) forward(place);
}

addEventListener("popstate", () => {
  behind = Math.max(0, behind - 1);
  if (stack.length < 2) return;
  const last = top();
  stack = stack.slice(0, -1);
  left = isTyped(last) ? last : null;
});
