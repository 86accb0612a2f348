// What is to be said of one decision beside what it says itself.
import type { Decision } from "../../api/types.js";
import { wholeReplicas } from "../../model/whole_replicas.js";
import { numberText } from "../../parts/words.js";
import { kindOf } from "./kinds.js";

export interface HpaNow {
  decision: { time: string; replicas: number } | null;
  goal: number | null;
  current: number | null;
  desired: number | null;
  ready: number | null;
}

export interface InTheWay {
  kind: string;
  sentence: string;
}

// What keeps the number from being what the signals ask for, or from being known, or followed.
export function inTheWay(decision: Decision, hpa: { now: HpaNow; sentence: string } | null): InTheWay[] {
  const found: InTheWay[] = [];
  if (decision.error !== null) found.push({ kind: "error", sentence: `${decision.error.code}: ${decision.error.message}` });
  for (const signal of decision.signals ?? []) {
    if (kindOf(signal.reason) === "missing") found.push({ kind: "missing", sentence: `${signal.name}: ${signal.sentence}` });
  }
  for (const step of decision.steps ?? []) {
    const kind = kindOf(step.reason);
    // What is missing the signals have told.
    if (kind !== undefined && kind !== "rule" && kind !== "missing") found.push({ kind, sentence: step.sentence });
  }
  const told = hpa?.now;
  if (told && told.goal !== null && (told.desired !== told.goal || told.ready !== told.goal)) {
    found.push({ kind: "hpa", sentence: hpa.sentence });
  }
  return found;
}

// "lag wants 2.6: 156 at 60 each", of the signal that won, and of what overruled it; of an error nothing.
export function because(decision: Decision): string {
  if (decision.error !== null) return "";
  // Where something else has the last word the API's own line says all.
  const overruled = decision.steps?.some((step) => ["override", "limit", "mode", "gate"].includes(kindOf(step.reason) ?? ""));
  if (overruled) return decision.summary;
  const won = decision.signals?.find((each) => each.name === decision.winner);
  if (!won) return decision.summary;
  // What the HPA must be told so that it gets there is another number than what is wanted.
  const told = decision.steps?.find((each) => each.stage === "tolerance");
  const demand = won.demand === null ? "" : `wants ${Number(won.demand.toFixed(2))}: `;
  return `${won.name} ${demand}${won.sentence}${told === undefined ? "" : `; ${told.sentence}`}`;
}

// What the HPA makes whole replicas of, where no stage after it has its word; empty where it is that.
export function roundedText({ replicas, wanted }: Decision): string {
  const isRounded = replicas !== null && wanted != null && isSame(replicas, wanted) && !isSame(replicas, wholeReplicas(replicas));
  return isRounded ? ` · ${numberText(wanted)}, rounded up` : "";
}

const isSame = (a: number, b: number) => Math.abs(a - b) < 1e-9;
