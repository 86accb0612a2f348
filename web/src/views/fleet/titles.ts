import type { Column } from "./order.js";

export const titles: Record<Column, { name: string; help: string }> = {
  state: { name: "State", help: "What is wrong, in a word" },
  object: { name: "Object", help: "Namespace and name of the ScaledObject or ScaledJob" },
  policy: { name: "Policy", help: "As its trigger names it" },
  have: { name: "Have", help: "Replicas that were observed" },
  want: { name: "Want", help: "Replicas that KEDA is told" },
  winner: { name: "Winner", help: "The signal whose demand won" },
  forecast: { name: "Forecast", help: "Whether what is expected is trusted" },
  confidence: { name: "Conf.", help: "Confidence: how far the number is to be trusted, 0 to 1" },
  age: { name: "Age", help: "Since it was last decided" },
};
