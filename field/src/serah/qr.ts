/** QR codes drawn and read. Fetched only where one is needed. */

import encode from "qr";
import decode from "qr/decode.js";

/** Most milliseconds for one picture of the camera: an old phone stays usable meanwhile. */
const PATIENCE = 120;

/** The dark modules of a code as the path of a picture, and its width with the quiet zone. */
export function drawn(text: string): { path: string; size: number } {
  const rows = encode(text, "raw", { ecc: "medium", encoding: "alphanumeric", border: 4 });
  const path = rows.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : [])));
  return { path: path.join(""), size: rows.length };
}

/** The text of a code in a picture; none when there is none. */
export function read(picture: ImageData): string | undefined {
  try {
    return decode(picture, { timeLimit: PATIENCE });
  } catch {
    return undefined;
  }
}
