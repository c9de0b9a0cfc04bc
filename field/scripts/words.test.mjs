import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "@fluent/syntax";
import { compile, messages, table } from "./words.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("text, value and choice are compiled; what is not known is refused", () => {
  const one = (text) => compile(parse(`k = ${text}\n`, {}).body[0].value);
  assert.equal(one("Simpan"), "Simpan");
  assert.deepEqual(one("Ibu { $mother }"), ["Ibu ", { v: "mother" }]);
  assert.deepEqual(one("{ $n ->\n  [0] kosong\n *[other] isi\n }"), [
    { s: "n", o: { 0: "kosong", other: "isi" }, d: "other" },
  ]);
  assert.throws(() => one("{ DATETIME($x) }"));
});

test("the app's own words are there in both languages, and differ", () => {
  const [id, en] = ["id", "en"].map((lang) => messages(root, lang));
  const { id: used } = table(root);
  const same = Object.keys(used).filter((key) => JSON.stringify(id[key]) === JSON.stringify(en[key]));
  for (const key of Object.keys(used)) assert.ok(key in en, key);
  const names = /^(need|relation|chart|number|state|life|app-(name|short)|programme|screening-place|position|membership|entry-kind-visit)/;
  assert.deepEqual(same.filter((key) => !names.test(key)), []);
});

test("words that a village does not use stay out", () => {
  const { id } = table(root);
  for (const [key, text] of Object.entries(id)) {
    assert.doesNotMatch(JSON.stringify(text), /sinkronisasi|z-score|outbox|validasi|\bgagal\b|\berror\b/i, key);
  }
});
