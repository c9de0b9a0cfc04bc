import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Visitors, WIDTHS } from "./harness.mjs";
import { pages } from "./pages.mjs";

let visitors;
before(async () => {
  visitors = await Visitors.start();
});
after(() => visitors?.stop());

test("each role of the demo has a page in the list", () => {
  const visited = new Set(pages.map((page) => page.role));
  assert.deepEqual(visitors.roles.filter((role) => !visited.has(role)), []);
});

for (const page of pages) {
  for (const width of WIDTHS) {
    test(`${page.name} at ${width} px`, () => visitors.visit({ ...page, width }));
  }
}
