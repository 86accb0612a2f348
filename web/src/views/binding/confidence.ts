// Why a confidence is low, in words. The API says the product alone: which of its factors is the least is found as
// docs/confidence.md has them, but for what a decision does not tell: weights, roles, and how much of a window is missing.
import type { Decision, Signal } from "../../api/types.js";
import { numberText } from "../../parts/words.js";
import { kindOf } from "./kinds.js";

interface Factor {
  size: number;
  words: string;
}

// "lag asks for 0.69 where 5.42 is wanted"; empty where the decision does not show it.
export function doubtOf(decision: Decision): string {
  const { confidence } = decision;
  if (confidence === null) return "";
  const agreement = agreementOf(decision);
  const completeness = completenessOf(decision.signals ?? []);
  const factors = [agreement, completeness, steadinessOf(confidence / (agreement.size * completeness.size))];
  const least = factors.reduce((a, b) => (b.size < a.size ? b : a));
  return least.size < 1 ? least.words : "";
}

function agreementOf({ signals, observed, wanted }: Decision): Factor {
  const asked = (signals ?? []).filter((each) => each.demand !== null).map(({ name, demand }) => ({ name, demand: demand! }));
  if (observed == null || wanted == null || asked.length === 0) return { size: 1, words: "" };
  const clearly = 0.5 * Math.max(1, observed);
  const votes = asked.map(({ demand }) => {
    const past = (demand - observed) / clearly;
    if (wanted === observed) return 1 - Math.min(1, Math.abs(past));
    return (1 + Math.min(1, Math.max(-1, wanted > observed ? past : -past))) / 2;
  });
  const least = Math.min(...votes);
  const { name, demand } = asked[votes.indexOf(least)]!;
  const size = votes.reduce((sum, each) => sum + each, 0) / votes.length;
  if (wanted === observed || least < 0.5) return { size, words: `${name} asks for ${numberText(demand)} where ${numberText(wanted)} is wanted` };
  return { size, words: `${numberText(wanted)} is not far from the ${numberText(observed)} that there are` };
}

// How well signals are known; of schedules and forecasts nothing is said.
function completenessOf(signals: Signal[]): Factor {
  const unread = signals.filter((each) => kindOf(each.reason) === "missing");
  const partly = (each: Signal) => each.reason === "Held" || each.reason === "PartialData";
  const lost = unread.reduce((sum, each) => sum + (partly(each) ? 0.5 : 1), 0);
  const read = signals.filter((each) => each.reason === "Measured").length;
  const names = unread.map((each) => each.name).join(" and ");
  return { size: unread.length === 0 ? 1 : 1 - lost / (unread.length + read), words: `${names} ${unread.length > 1 ? "have" : "has"} no whole reading` };
}

// What is left of it is one over how many changes were taken back, and one; else it is of what is not told.
function steadinessOf(left: number): Factor {
  const reversals = 1 / left - 1;
  const isWhole = reversals > 0.5 && Math.abs(reversals - Math.round(reversals)) < 0.05;
  return { size: isWhole ? left : 1, words: "the number of replicas went up and down of late" };
}
