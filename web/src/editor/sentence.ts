// What Loadline says of a document (/api/v1/validate), and how it is read out.
export interface Problem {
  severity: string; // error, warning
  line: number; // from 1
  column: number;
  field: string;
  rule: string;
  found: string;
  hint: string;
}

export function sentence(problem: Problem): string {
  const found = problem.found === "" ? "" : `; found ${problem.found}`;
  const hint = problem.hint === "" ? "" : ` (${problem.hint})`;
  return `${problem.field === "" ? "" : `${problem.field}: `}${problem.rule}${found}${hint}`;
}
