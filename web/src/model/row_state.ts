// What is to be said of a binding in a word, and how urgent that is.
import type { Row } from "./fleet.js";

export interface RowState {
  word: string;
  level: "bad" | "warn" | "idle" | "ok";
  why: string; // empty: nothing more is to be said
}

const words: Record<string, string> = {
  Held: "held",
  PartialData: "partial",
  Missing: "missing",
  Ignored: "ignored",
  AssumedHigh: "assumed",
  Fallback: "fallback",
};
const lowConfidence = 0.5; // as `loadline status` has it

export function stateOf(row: Row): RowState {
  if (row.error !== null) return { word: "error", level: "bad", why: row.error.message };
  const [doubt] = row.without_reading;
  if (doubt !== undefined) {
    const all = row.without_reading.map((each) => `${each.signal}: ${words[each.reason] ?? each.reason}`).join(", ");
    return { word: words[doubt.reason] ?? doubt.reason, level: "warn", why: all };
  }
  const finding = row.findings.find((each) => each.severity !== "note");
  if (finding !== undefined) return { word: "finding", level: "warn", why: finding.sentence };
  if (row.confidence !== null && row.confidence < lowConfidence) return { word: "unsure", level: "warn", why: `confidence ${row.confidence.toFixed(2)}` };
  if (row.active === false) return { word: "idle", level: "idle", why: "" };
  return { word: "ok", level: "ok", why: "" };
}

export const urgency = { bad: 0, warn: 1, ok: 2, idle: 3 };

// A word for whether what is expected is believed. Of several forecasts the worst counts.
export function forecastWord(row: Row): "" | "trusted" | "not trusted" | "not known" {
  if (row.forecasts.length === 0) return "";
  if (row.forecasts.some((each) => each.trusted === false)) return "not trusted";
  return row.forecasts.some((each) => each.trusted === null) ? "not known" : "trusted";
}
