// What /api/v1 answers, as far as views read it; /api/v1/openapi.json has all of it.
export interface BindingName {
  namespace: string;
  name: string;
  policy: string;
  metadata: Record<string, string>;
}

export interface ApiProblem {
  code: string;
  message: string;
}

// What /bindings and /events say alike of a decision.
export interface DecisionInShort extends BindingName {
  time: string | null;
  replicas: number | null;
  wanted: number | null;
  active: boolean | null;
  confidence: number | null;
  observed: number | null;
  error: ApiProblem | null;
  winner: string;
  summary: string;
  without_reading: { signal: string; reason: string }[];
  forecasts: { signal: string; trusted: boolean | null }[];
}

export interface ListedBinding extends DecisionInShort {
  policy_namespace: string | null;
}

export interface Bindings {
  total: number;
  bindings: ListedBinding[];
  next: string | null;
}

export interface DecisionEvent extends DecisionInShort {
  time: string;
  kind: string;
}

export interface Signal {
  name: string;
  value: number | null;
  demand: number | null;
  reason: string;
  active: boolean | null;
  age_seconds: number;
  sentence: string;
}

export interface Step {
  stage: string;
  reason: string;
  before: number | null;
  after: number | null;
  signal: string;
  sentence: string;
}

// As /decisions and /explain tell it.
export interface Decision extends BindingName {
  time: string | null;
  replicas: number | null;
  wanted?: number | null;
  active: boolean | null;
  confidence: number | null;
  doubt: string;
  observed?: number | null;
  error: ApiProblem | null;
  winner?: string;
  summary: string;
  signals?: Signal[];
  steps?: Step[];
  source?: "journal" | "recomputed";
  notes?: string[];
  changes?: string[];
}

export interface Decisions {
  total: number;
  decisions: Decision[];
  next: string | null;
}

export interface Trend extends BindingName {
  complete: boolean;
  times: number[]; // seconds since 1970
  replicas: (number | null)[];
  observed: (number | null)[];
}

// How many seconds a decision stands where none follows; 0, where no heartbeats are kept, is until the next one.
export const standsOf = ({ stands_seconds }: { stands_seconds: number }) => (stands_seconds === 0 ? Infinity : stands_seconds);

export interface Trends {
  from: string;
  until: string;
  stands_seconds: number;
  trends: Trend[];
}

export interface Finding {
  namespace: string;
  name: string;
  finding: string;
  severity: string;
  sentence: string;
  mend: string;
}

export interface Problems {
  kubernetes: boolean;
  problems: Finding[];
}

export interface Dependency {
  follower: string;
  follower_policy: string;
  signal: string;
  follows: string;
  follows_policy: string | null;
  of: "desired" | "observed";
  relation: "proportional" | "fixed" | "minimum";
  ratio: number | null;
  replicas: number | null;
  lag_seconds: number;
  enabled: boolean;
}

export interface Budget {
  namespace: string;
  name: string;
  replicas: number | null;
  cost_per_hour: number | null;
  policies: { policy: string; priority: number; weight: number; minimum: number }[];
}

export interface Dependencies {
  dependencies: Dependency[];
  budgets: Budget[];
}

export interface Source {
  name: string;
  address: string;
  ok: boolean;
  problem: string;
  last_ok: string | null;
}

export interface ServerStatus {
  version: string;
  ready: boolean;
  grpc_serving: boolean;
  policies_read: boolean;
  policies: number;
  bindings: number;
  last_tick: string | null;
  sources: Source[];
  policy_problems: { file: string; line: number; field: string; rule: string; hint: string; policy: string }[];
  journal?: { where: string; ok: boolean; problem: string };
  answers: { numbers: number; errors: number };
  grafana: string | null; // {namespace}, {name} and {policy} are a binding's
}
