// What the HPA makes of a number: 3.16 is four. As src/scaling/deadband.cc has it: what a sum's rounding adds to three makes no fourth.
export const wholeReplicas = (replicas: number): number => Math.ceil(replicas - 1e-9 * Math.max(1, replicas));
