/** Bytes, text and chance. */

export type Bytes = Uint8Array<ArrayBuffer>;

export const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

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
