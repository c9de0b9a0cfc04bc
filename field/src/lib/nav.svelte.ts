/** Where one is. The address never says it: it would name people. */

export type Place =
  | { at: "home" }
  | { at: "day"; post: string; date: string }
  | { at: "book"; post: string }
  | { at: "measure"; person: string; post: string | null; date: string; replaces?: string; fixes?: string }
  | { at: "result"; person: string; measurement: string; post: string | null; date: string }
  | { at: "ask" }
  | { at: "family"; household: string }
  | { at: "asking"; household: string; person: string; finding?: string }
  | { at: "visit"; household: string }
  | { at: "event"; household: string }
  | { at: "intake"; household: string }
  | { at: "new-family"; post: string }
  | { at: "find"; then: "family" | "visit" | "event" | "intake" }
  | { at: "slip"; entry: string; slips: { what: string; printed: string; number: string }[]; urgent?: boolean; brought?: boolean }
  | { at: "show"; entry: string }
  | { at: "take" }
  | { at: "send" };

let stack = $state<Place[]>([{ at: "home" }]);

export const here = (): Place => stack[stack.length - 1] ?? { at: "home" };

export function go(place: Place) {
  stack = [...stack, place];
  history.pushState(null, "");
  scrollTo(0, 0);
}

/** As `go`, but coming back leads past where one is now. */
export function instead(place: Place) {
  stack = [...stack.slice(0, -1), place];
  scrollTo(0, 0);
}

export const back = () => history.back();

export function restart() {
  stack = [{ at: "home" }];
}

addEventListener("popstate", () => {
  if (stack.length > 1) stack = stack.slice(0, -1);
});
