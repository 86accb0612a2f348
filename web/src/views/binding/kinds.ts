// What marks and steps are about, in words and shapes: no state is a colour alone.
export interface KindOfMark {
  word: string; // the lane's name
  shape: string;
  about: string;
}

export const kinds: Record<string, KindOfMark> = {
  error: { word: "no answer", shape: "✕", about: "KEDA gets an error" },
  missing: { word: "missing data", shape: "?", about: "a signal has no reading" },
  override: { word: "override", shape: "◆", about: "an operator says so" },
  mode: { word: "mode", shape: "‖", about: "the policy's mode answers" },
  gate: { word: "gate", shape: "⊘", about: "a gate is closed" },
  rule: { word: "rule", shape: "▲", about: "a rule fired" },
  limit: { word: "limit", shape: "▬", about: "a bound decides" },
  slowed: { word: "slowed", shape: "◷", about: "it follows later" },
  unknown: { word: "no record", shape: "–", about: "the journal has no decision of then" },
};

// As src/api/timeline.cc has it.
const kindOfReason: Record<string, string> = {
  RuleAdds: "rule",
  RuleRemoves: "rule",
  RuleSets: "rule",
  RuleAtLeast: "rule",
  RuleAtMost: "rule",
  Pinned: "override",
  OverrideFloor: "override",
  OverrideCeiling: "override",
  OverrideHold: "override",
  CannotHold: "override",
  RaisedToFloor: "limit",
  CappedAtCeiling: "limit",
  CappedByCost: "limit",
  RaisedToMin: "limit",
  CappedAtMax: "limit",
  CutByBudget: "limit",
  RuleCoolingDown: "slowed",
  StabilizedDown: "slowed",
  StabilizedUp: "slowed",
  StepLimitedUp: "slowed",
  StepLimitedDown: "slowed",
  CoolingDownUp: "slowed",
  CoolingDownDown: "slowed",
  WithinHysteresis: "slowed",
  GateClosed: "gate",
  GateClosedHolding: "gate",
  ModeHold: "mode",
  ModeYield: "mode",
  Held: "missing",
  PartialData: "missing",
  Missing: "missing",
  Ignored: "missing",
  AssumedHigh: "missing",
  Fallback: "missing",
};

export const kindOf = (reason: string): string | undefined => kindOfReason[reason];

export const markText = ({ kind, name }: { kind: string; name: string }) => [kinds[kind]?.word ?? kind, name].filter((each) => each !== "").join(" ");
