import type { Body, ReferredNeed } from "../engine/types";

/** What a desk's phone may read of an entry; nothing of what is no referral to the village's desk. */
export function readable(body: Body | undefined): { needs: ReferredNeed[]; household: string; note: string } | null {
  if (body?.kind === "emergency") return { ...body, needs: [{ need: "lainnya", urgency: "darurat" }] };
  if (body?.kind === "screen_refer") return body;
  // A complaint may be about the desk itself.
  if (body?.kind === "intake" && body.matter === "kebutuhan") return { ...body, needs: [body] };
  return null;
}
