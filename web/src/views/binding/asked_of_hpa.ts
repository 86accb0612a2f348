// What the HPA is asked for, and what is known of what it makes of that: its tolerance, its windows and its bounds are its own.
import type { Decision } from "../../api/types.js";
import { wholeReplicas } from "../../model/whole_replicas.js";
import { numberText } from "../../parts/words.js";
import type { HpaNow } from "./decision.js";

export interface HpaSaid {
  kubernetes: boolean;
  now: HpaNow | null;
  sentence: string;
}

// `hpa`: null where it is not known yet.
export function askedOfHpa({ replicas, observed, active }: Decision, hpa: HpaSaid | null): string {
  if (replicas === null || observed == null || observed === 0 || active === false) return "";
  const whole = wholeReplicas(replicas);
  if (whole === observed) return "";
  const asked = `The HPA is asked to go from ${numberText(observed)} to ${numberText(whole)}.`;
  if (hpa === null) return asked;
  const now = hpa.kubernetes ? hpa.now : null;
  if (now === null || now.desired === null) {
    return `${asked} Whether and when it does goes by its own tolerance, windows and bounds, of which nothing is known here.`;
  }
  if (now.desired === whole) return `${asked} It has taken that up.`;
  const why = now.goal !== null && now.desired !== now.goal ? " What is known of why stands under In the way." : "";
  return `${asked} It stays at ${numberText(now.desired)} so far.${why}`;
}
