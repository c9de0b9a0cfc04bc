/**
 * The key with which this phone signs what it hands to another: ECDSA P-256 of the browser, which old
 * phones have too. Nobody can read it out, and it outlives PINs and sign-ins.
 */

import { type Bytes, base64, fromBase64, newId } from "../lib/bytes";
import { keepSetting, setting } from "../lib/db";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const WAY = { name: "ECDSA", hash: "SHA-256" };

/** This phone, as it names itself, and its public key. */
export type Device = { id: string; public: string; key: CryptoKey };

export async function device(): Promise<Device> {
  const had = await setting<Device>("device");
  if (had?.key) return had;
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  const open = await crypto.subtle.exportKey("raw", pair.publicKey);
  const made = { id: newId(Date.now()), public: base64(new Uint8Array(open)), key: pair.privateKey };
  await keepSetting("device", made);
  return made;
}

export const sign = async ({ key }: Device, message: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.sign(WAY, key, message));

/** Whether the phone with this public key signed the message. */
export async function signed(open: string, message: Bytes, signature: string): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("raw", fromBase64(open), CURVE, false, ["verify"]);
    return await crypto.subtle.verify(WAY, key, fromBase64(signature), message);
  } catch {
    return false;
  }
}
