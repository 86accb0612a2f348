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
  active: boolean | null;
  error: ApiProblem | null;
}

export interface Bindings {
  total: number;
  bindings: DecisionInShort[];
  next: string | null;
}

export interface DecisionEvent extends DecisionInShort {
  time: string;
  kind: string;
  wanted: number | null;
  confidence: number | null;
  observed: number | null;
  winner: string;
  summary: string;
  policy_hash: string | null;
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
}
