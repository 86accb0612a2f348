// How much of each budget its policies want, and have.
import type { Budget } from "../../api/types.js";
import { fleet, type Row } from "../../model/fleet.js";
import { numberText } from "../../parts/words.js";
import { linkTo } from "../../router.js";

interface Share {
  policy: string;
  terms: string;
  bindings: number;
  unknown: number; // bindings without a number
  want: number;
}

export function Budgets({ budgets }: { budgets: Budget[] }) {
  const rows = [...fleet.rows.values()];
  return (
    <ul class="budgets">
      {budgets.map((each) => (
        <li key={`${each.namespace}/${each.name}`}>
          <BudgetBar budget={each} rows={rows} />
        </li>
      ))}
    </ul>
  );
}

function sharesOf(budget: Budget, rows: Row[]): Share[] {
  return budget.policies.map((member) => {
    const own = rows.filter((row) => `${row.policyNamespace ?? ""}/${row.policy}` === member.policy || (row.policyNamespace === "" && row.policy === member.policy));
    return {
      policy: member.policy,
      terms: `priority ${member.priority}, weight ${member.weight}, at least ${member.minimum} each`,
      bindings: own.length,
      unknown: own.filter((row) => row.replicas === null).length,
      want: own.reduce((sum, row) => sum + (row.replicas ?? 0), 0),
    };
  });
}

function BudgetBar({ budget, rows }: { budget: Budget; rows: Row[] }) {
  const shares = sharesOf(budget, rows);
  const want = shares.reduce((sum, each) => sum + each.want, 0);
  const limit = budget.replicas;
  const full = Math.max(limit ?? 0, want, 1);
  return (
    <>
      <h3>
        {budget.namespace === "" ? budget.name : `${budget.namespace}/${budget.name}`}{" "}
        <span class="faint">
          {limit === null
            ? `at most ${numberText(budget.cost_per_hour)} an hour; ${numberText(want)} replicas are wanted`
            : `${numberText(want)} of ${limit} replicas`}
        </span>
        {limit !== null && want >= limit - 1e-6 && <span class="warn"> ▲ used up</span>}
      </h3>
      {limit !== null && (
        <svg class="bar-of" width="100%" height="14" role="img" aria-label={`${numberText(want)} of ${limit} replicas`}>
          <rect class="ground" width="100%" height="14" />
          {shares.map((each, at) => {
            const before = shares.slice(0, at).reduce((sum, other) => sum + other.want, 0);
            return (
              <rect
                key={each.policy}
                class={`share share-${at % 2}`}
                x={`${(before / full) * 100}%`}
                width={`${(each.want / full) * 100}%`}
                height="14"
              />
            );
          })}
          <line class="limit" x1={`${(limit / full) * 100}%`} x2={`${(limit / full) * 100}%`} y2="14" />
        </svg>
      )}
      <ul class="shares">
        {shares.map((each) => (
          <li key={each.policy}>
            <a href={linkTo("", [], { filter: each.policy.split("/").at(-1)! })}>{each.policy}</a> {numberText(each.want)}{" "}
            <span class="faint">
              of {each.bindings} bindings{each.unknown > 0 && `, ${each.unknown} without a number`}; {each.terms}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
