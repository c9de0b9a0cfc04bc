/** The words of the screens, from the same files as those of the server's pages. */

import table from "virtual:words";

export type Lang = "id" | "en";
type Part = string | { v: string } | { s: string; o: Record<string, Pattern>; d: string };
type Pattern = string | Part[];
export type Args = Record<string, string | number>;

const words = table as Record<Lang, Record<string, Pattern>>;

export const tongue = $state<{ lang: Lang }>({
  lang: localStorage.getItem("lang") === "en" ? "en" : "id",
});

export function speak(lang: Lang) {
  tongue.lang = lang;
  localStorage.setItem("lang", lang);
  document.documentElement.lang = lang;
}

function form(pattern: Pattern, args: Args): string {
  if (typeof pattern === "string") return pattern;
  return pattern
    .map((part) => {
      if (typeof part === "string") return part;
      if ("v" in part) return String(args[part.v] ?? "");
      return form(part.o[String(args[part.s])] ?? part.o[part.d] ?? "", args);
    })
    .join("");
}

/** The message of this name. A name that is not there shows itself: the build refuses literal ones. */
export function t(key: string, args: Args = {}): string {
  const pattern = words[tongue.lang][key];
  // For the tests, which look at what the page complains about.
  if (pattern === undefined) reportError(new Error(`no words for ${key}`));
  return form(pattern ?? key, args);
}

/** Words that come from the rules, in both languages. */
export const told = (both: { id: string; en: string }): string => both[tongue.lang];

const place = () => (tongue.lang === "id" ? "id-ID" : "en-GB");

/** `21 Nov 2026`. */
export const day = (iso: string): string =>
  new Intl.DateTimeFormat(place(), { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" })
    .format(new Date(`${iso}T00:00:00Z`));

export const moment = (ms: number): string =>
  new Intl.DateTimeFormat(place(), { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })
    .format(new Date(ms));

const decimal = (value: number, digits: number) =>
  new Intl.NumberFormat(place(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

/** Grams as kilograms: `7,8` or `7,85`. */
export const kg = (grams: number) => decimal(grams / 1000, grams % 100 ? 2 : 1);
/** Tenths of a millimetre as centimetres. */
export const cm = (tenths: number) => decimal(tenths / 100, tenths % 10 ? 2 : 1);

/** Age in words. */
export function age(birth: string, on: string): string {
  const [from, to] = [new Date(`${birth}T00:00:00Z`), new Date(`${on}T00:00:00Z`)];
  let months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  if (to.getUTCDate() < from.getUTCDate()) months -= 1;
  const days = Math.round((to.getTime() - from.getTime()) / 86_400_000);
  if (months < 1) return t("age-days", { days });
  if (months < 24) return t("age-months", { months });
  const years = Math.floor(months / 12);
  return months % 12
    ? t("age-years-months", { years, months: months % 12 })
    : t("age-years", { years });
}

/** Whole months from birth to a day. */
export function months(birth: string, on: string): number {
  const [by = 0, bm = 1, bd = 1] = birth.split("-").map(Number);
  const [y = 0, m = 1, d = 1] = on.split("-").map(Number);
  return (y - by) * 12 + m - bm - (d < bd ? 1 : 0);
}
