// A camera that sees what a test shows it: Chromium takes a film from a file for its camera.
import { writeFile } from "node:fs/promises";
// Of the app itself: any other would do.
import encode from "../../field/node_modules/qr/index.js";

const [WIDTH, HEIGHT] = [1280, 720];
/** Pictures a second; each code stands for one. */
const PACE = 6;

/** What Chromium needs to be told. */
export const cameraArgs = (file) => [
  "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${file}`,
];

/** Puts a film of these pictures before the camera: each the grey values of a picture, row by row. */
export async function film(file, pictures) {
  const colours = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frames = pictures.flatMap((grey) => [Buffer.from("FRAME\n"), grey, colours]);
  await writeFile(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${PACE}:1 C420jpeg\n`), ...frames]));
}

export const NOTHING = Buffer.alloc(WIDTH * HEIGHT, 90);

/** What a camera sees of a screen that somebody holds not quite straight, in the light of a window. */
export async function seen(page, png, { turn = 0.05, share = 0.85 } = {}) {
  const grey = await page.evaluate(async ({ png, turn, share, width, height }) => {
    const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(png), (one) => one.charCodeAt(0))]));
    const at = new OffscreenCanvas(width, height).getContext("2d");
    at.fillStyle = "#5a5a5a";
    at.fillRect(0, 0, width, height);
    at.translate(width / 2, height / 2);
    at.rotate(turn);
    at.filter = "blur(0.7px) brightness(0.9) contrast(0.8)";
    const side = height * share;
    at.drawImage(picture, -side / 2, -side / 2, side, side);
    const { data } = at.getImageData(0, 0, width, height);
    let text = "";
    for (let n = 0; n < data.length; n += 4) {
      const noise = ((n * 2654435761) >>> 24) % 17 - 8;
      const value = 0.299 * data[n] + 0.587 * data[n + 1] + 0.114 * data[n + 2] + noise;
      text += String.fromCharCode(Math.max(0, Math.min(255, Math.round(value))));
    }
    return btoa(text);
  }, { png: png.toString("base64"), turn, share, width: WIDTH, height: HEIGHT });
  return Buffer.from(grey, "base64");
}

/** A code with any text, as a camera sees it straight on. */
export function code(text) {
  const rows = encode(text, "raw", { border: 4 });
  const scale = Math.floor(HEIGHT / rows.length);
  const [left, top] = [WIDTH, HEIGHT].map((length) => Math.floor((length - scale * rows.length) / 2));
  const grey = Buffer.from(NOTHING);
  for (let y = 0; y < rows.length * scale; y += 1) {
    for (let x = 0; x < rows.length * scale; x += 1) {
      const dark = rows[Math.floor(y / scale)][Math.floor(x / scale)];
      grey[(top + y) * WIDTH + left + x] = dark ? 20 : 235;
    }
  }
  return grey;
}
