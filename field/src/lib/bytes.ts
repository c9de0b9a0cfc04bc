/** Bytes, text and chance. */

export type Bytes = Uint8Array<ArrayBuffer>;

export const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const base64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

export const fromBase64 = (text: string): Bytes => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

const through = (bytes: Bytes, way: GenericTransformStream) =>
  new Response(new Blob([bytes]).stream().pipeThrough(way)).arrayBuffer();

export const zip = async (text: string): Promise<Bytes> =>
  new Uint8Array(await through(utf8(text), new CompressionStream("gzip")));

export const unzip = async (bytes: Bytes): Promise<string> =>
  text(await through(bytes, new DecompressionStream("gzip")));

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text) as Bytes;

export const text = (bytes: BufferSource): string => new TextDecoder().decode(bytes);

/** A number below 2^32 from a cryptographic source. */
export const chance = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/** An id in the form of UUID version 7, as 32 hexadecimal digits. */
export function newId(at: number): string {
  const bytes = random(16);
  new DataView(bytes.buffer).setUint16(0, Math.floor(at / 2 ** 32));
  new DataView(bytes.buffer).setUint32(2, at >>> 0);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hex(bytes);
}
