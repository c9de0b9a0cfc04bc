// The words of the pages, for the app: messages of the .ftl files that the app names, as a small
// table per language. There is no second source of words.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@fluent/syntax";

const NAME = "virtual:words";
const SLICES = ["platform", "registry", "cases", "screening", "posyandu", "sync"];
/** Messages whose names the app puts together: all of these come along. */
const FAMILIES = /^(warning|danger|gain|counsel|urgency|answer|chart|need|relation|number|measure|state|sex|age|life|entry-kind|sync|held|screening-state|visit|wrong|child-of|table|programme|membership|screening-end|position|take|intake|kind|speaker)(-|$)/;

/** A message as text, or as parts: text, `{v}` a value, `{s, o, d}` a choice by a value. */
export function compile(pattern) {
  const parts = pattern.elements.map((element) => {
    if (element.type === "TextElement") return element.value;
    const { expression } = element;
    if (expression.type === "VariableReference") return { v: expression.id.name };
    if (expression.type === "StringLiteral") return expression.value;
    if (expression.type === "SelectExpression" && expression.selector.type === "VariableReference") {
      const options = {};
      let fallback;
      for (const variant of expression.variants) {
        const key = variant.key.type === "Identifier" ? variant.key.name : variant.key.value;
        options[key] = compile(variant.value);
        if (variant.default) fallback = key;
      }
      return { s: expression.selector.id.name, o: options, d: fallback };
    }
    throw new Error(`words: ${expression.type} is not known here`);
  });
  return parts.length === 1 && typeof parts[0] === "string" ? parts[0] : parts;
}

/** All messages of a language, in the order of the files: a later one wins. */
export function messages(root, lang) {
  const files = SLICES.map((slice) => join(root, "crates/simpul/src", slice, "words", `${lang}.ftl`));
  files.push(join(root, "field/words", `${lang}.ftl`));
  const table = {};
  for (const file of files) {
    for (const entry of parse(readFileSync(file, "utf8"), {}).body) {
      if (entry.type === "Junk") throw new Error(`words: ${file} is not well formed`);
      if (entry.type === "Message" && entry.value) table[entry.id.name] = compile(entry.value);
    }
  }
  return table;
}

/** Names of messages that stand in the sources, and those asked for by name alone. */
export function used(root) {
  const named = new Set();
  const asked = new Set();
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (/\.(ts|svelte)$/.test(entry.name) && entry.name !== "types.ts") {
        const text = readFileSync(path, "utf8");
        for (const [, key] of text.matchAll(/["'`]([a-z][a-z0-9-]*)["'`]/gi)) named.add(key);
        for (const [, key] of text.matchAll(/\bt\(\s*"([a-z][a-z0-9-]*)"/gi)) asked.add(key);
      }
    }
  };
  walk(join(root, "field/src"));
  return { named, asked };
}

/** The table that the app is built with. */
export function table(root) {
  const { named, asked } = used(root);
  const out = {};
  for (const lang of ["id", "en"]) {
    const all = messages(root, lang);
    const missing = [...asked].filter((key) => !(key in all));
    if (missing.length) throw new Error(`words: no message in ${lang} for ${missing.join(", ")}`);
    out[lang] = Object.fromEntries(
      Object.entries(all).filter(([key]) => named.has(key) || FAMILIES.test(key)),
    );
  }
  return out;
}

export function words(root) {
  return {
    name: "simpul-words",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load: (id) => (id === `\0${NAME}` ? `export default ${JSON.stringify(table(root))}` : null),
  };
}
