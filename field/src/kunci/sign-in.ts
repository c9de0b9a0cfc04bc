/** Signing in at the server, which a phone does once; from then on its PIN opens it. */

import type { Problem, SignedIn } from "../engine/types";
import * as engine from "../engine/engine";
import { hex, random } from "../lib/bytes";
import { device } from "./signing";

/**
 * Somebody who signed in, the secret to which others will seal what they hand over, and by how much
 * the server's clock is ahead.
 */
export type Arrived = SignedIn & { secret: string; skew: number };

/** Signs in, once with a network and the engine. Gives the key of the sentence when it was refused. */
export async function signIn(login: string, password: string): Promise<Arrived | string> {
  const phone = await device();
  const sealing = engine.keyPair(hex(random(32)));
  let answer: Response;
  try {
    answer = await fetch("/api/v1/sync/masuk", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        login, password, device: phone.id, device_name: navigator.userAgent.includes("Android") ? "HP Android" : "HP",
        device_key: phone.public, sealing_key: sealing.public, at: Date.now(),
      }),
    });
  } catch {
    return "app-no-network";
  }
  if (answer.ok) {
    const said = (await answer.json()) as SignedIn;
    return { ...said, secret: sealing.secret, skew: said.server_time - Date.now() };
  }
  if (await movedAway(answer)) return "app-other-work";
  return answer.status === 429 ? "app-sign-in-locked" : answer.status < 500 ? "app-sign-in-wrong" : "app-server-away";
}

/** Whether the server says that this account does not work with a phone, or does no more. */
export async function movedAway(answer: Response): Promise<boolean> {
  const said = (await answer.json().catch(() => null)) as Partial<Problem> | null;
  return said?.problem === "device-role";
}
