// Asks the engine of the phone (a .wasm file) what another build of it was asked, and compares.
// `node parity.mjs ENGINE.wasm`, requests and expected replies line by line on standard input.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]));
const engine = instance.exports;
const write = new TextEncoder();
const read = new TextDecoder();

function ask(request) {
  const bytes = write.encode(request);
  const room = engine.alloc(bytes.length);
  new Uint8Array(engine.memory.buffer, room, bytes.length).set(bytes);
  const reply = engine.call(room, bytes.length);
  const length = new DataView(engine.memory.buffer).getUint32(reply, true);
  const text = read.decode(new Uint8Array(engine.memory.buffer, reply + 4, length));
  engine.free(reply);
  return text;
}

const asked = {};
const refused = {};
let request = null;
let differ = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (request === null) {
    request = line;
    continue;
  }
  const kind = JSON.parse(request).call;
  asked[kind] = (asked[kind] ?? 0) + 1;
  if (line.startsWith('{"wrong"')) refused[kind] = (refused[kind] ?? 0) + 1;
  const reply = ask(request);
  if (reply !== line && ++differ <= 3) {
    console.error(`differs:\n${request}\n  expected ${line}\n  the phone ${reply}`);
  }
  request = null;
}
const total = Object.values(asked).reduce((sum, n) => sum + n, 0);
console.log(`asked ${JSON.stringify(asked)}, refused ${JSON.stringify(refused)}`);
console.log(`${total} verdicts compared, ${differ} differ`);
process.exit(differ === 0 && total > 0 ? 0 : 1);
