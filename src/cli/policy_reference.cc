// docs/policy-reference.md: what is declared, and between it what people have to know.
#include <fmt/format.h>

#include <algorithm>

#include "cli/reference.h"
#include "document/field_list.h"
#include "scaling/budget_fields.h"
#include "scaling/decide.h"
#include "scaling/envelope.h"
#include "scaling/learned_fields.h"
#include "scaling/override_yaml.h"
#include "scaling/policy_fields.h"

namespace loadline {
namespace {

constexpr std::string_view kIntroduction =
    R"(# Reference of policies and the documents beside them

Made by `loadline reference policy`; the fields, stages and reasons are those of the program. A ScalingPolicy says what
its signals ask for, how that becomes one number, how fast it may be followed, and what holds where something is not
known. Beside it stand the [Budget](#budget), the [Calendar](#calendar) and the [Override](#override).

```yaml
# yaml-language-server: $schema=policy.schema.json
apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: cdc-worker, namespace: data }
spec:
  replicas: { min: 0, max: 40 }
  signals:
    - { name: lag, query: max(lag_seconds), perReplica: 300 }
```

The first line tells editors that know the YAML language server (VS Code, Neovim, IntelliJ and others) what may stand
here: they complete, explain and check as one types. `loadline schema > policy.schema.json` writes the file, a copy is
[config/policy.schema.json](../config/policy.schema.json); `$schema=` takes a URL or a path, also one relative to the
document. It knows all four kinds, by `kind`. What stands between fields, such as that a signal has one law,
`loadline validate` tells.

)";

constexpr std::string_view kSemantics =
    R"(
## How values are written

| what | how | such as |
|---|---|---|
| replicas | numbers, fractions too: the HPA rounds up what it is told | `2.5` |
| duration | units y w d h m s ms, from long to short, each once; `0` is none | `90s`, `1h30m` |
| percent | a number with % | `10%`, `-20%` |
| step limit | replicas or percent, then the period | `4/1m`, `100%/15s` |
| time of day | two digits each, in the zone beside it, UTC without one | `09:00` |
| days | three letters, ranges, lists; `*` is each | `MON-FRI`, `SAT,SUN` |
| cron | minute, hour, day of month, month, day of week; or @daily and its like | `0 8 * * MON-FRI` |
| date, local time | as ISO 8601, without a zone | `2026-12-24..2026-12-26`, `2026-11-27T06:00` |
| PromQL | one number; `${namespace}`, `${name}` and the policy's parameters are filled in | `max(lag{app="${name}"})` |

Numbers that a query yields have the query's unit: nothing converts them.

## Windows and ticks

The service reads every query once a tick (`tick.interval`, 15s by default), and decides on the readings of whole ticks.

- A duration counts in whole ticks: what is shorter than a tick counts as none. `hold: 10s` holds nothing, `for: 10s`
  looks at the present tick alone, and a `window` shorter than a tick is the latest reading.
- `window` is (t - over, t], so of 1m at 15s four readings; `smooth` counts them by their age, down to a thirtieth.
  Missing readings are left out and told as gaps; of `take: sum` one that is missing makes the sum missing. Without
  the latest reading the signal is missing, whatever the window has, and holds what it asked for; what is left of the
  window is partial data, of every `take`: readings that were made, and newer ones than those that are held. Where they
  ask for more that counts, where they ask for less it does not.
- `every: 2m` decides at multiples of 2m since 1970, on what was seen then; between them that decision stands.
- `for` and `stabilize` look at the present tick, and at each one as far back as they say. Nothing is remembered: what
  was asked for earlier is computed again from the readings of then, so that a pod that has just started says what one
  says that has run for days.

## Missing data

A reading is missing where the source fails, refuses, or answers with nothing (unless `onEmpty: zero`), with several
series, or with NaN; where it is older than `maxAge`, or a zero that `distrustZero` does not trust yet; and where the law
needs another reading that is missing: the observed replicas (`target`), the arrivals or a throughput above 0
(`backlog`). It is never taken as zero. First, for as long as `hold` lasts, the signal keeps what it last asked for
(reason `Held`; partial data may raise that, `PartialData`). Then holds what `then` says:

| role | `error` | `ignore` | `assumeHigh` | `{ replicas: N }` |
|---|---|---|---|---|
| demand | KEDA is told an error, and nothing changes | takes no part; where all demands that could answer are ignored: error | asks for `replicas.max`, and is active | asks for N by its behavior; active above 0 |
| floor | error | no floor | a floor of `replicas.max` | a floor of N |
| ceiling | error | no ceiling | no ceiling | a ceiling of N |
| gate | error | open | open | refused by `loadline validate` |
| part of the score | error | left out of the score; where all parts are: error | 100 % | refused by `loadline validate` |
| no law (for rules, expressions) | whoever names it says: below | likewise | likewise | likewise |

Schedules and patterns are never missing; a dependency is missing like a reading. A forecast of `mode: active` is missing
until it is fitted for the first time, and is held by nothing; what else there is of forecasts stands below. `{ replicas: N }` goes by a behavior of KEDA's: `static` is N, `currentReplicas` what is observed,
`currentReplicasIfHigher` (the default) and `currentReplicasIfLower` the higher and the lower of both; where what is
observed is not known they are an error.

What a demand that is held, or answered by `then`, does to a combination: it counts like any other. What one does that
takes no part (ignored, not scheduled, idle):

| combine | a part that is held | a part that takes no part |
|---|---|---|
| `max` | counts as what it last asked for: the result does not fall | the highest of the others |
| `min` | likewise: the result does not rise above it | the lowest of the others |
| `sum` | likewise | the sum of the others, which is less: prefer `hold`, or `{ replicas: N }`, to `ignore` |
| `mean`, `median` | likewise | those of the others |
| `weighted` | likewise | the mean of the others by their weights |
| `priority` | answers, if it is the first | the next of the order |
| `{ score: ... }` | counts as how full it last was | the weighted mean of the others |
| an expression | its variables are those of then, `NAME_age` is their age | error, unless the expression names `NAME_present`: then NAME and NAME_value are 0 |
| rules | not held: a tick without data is none at which a condition holds, nor one at which its opposite does | fires nothing |

How many replicas are observed is held for the policy's own `hold`. What needs them and does not have them is an error
(`ObservedUnknown`): score, rules that add or remove, step limits, cooldowns, hysteresis, a gate, an override or a mode
that holds; a signal with `target` is then missing. At zero replicas `whenIdle` stands in for the signals that the source
says are not there; it takes part in the combination like one of them.

## Forecasts

What a forecast expects at `ahead` from now, of its `quantile`, becomes replicas by the law of the signal that it is of, or by
`perReplica`, `target` or `tiers` of its own; of a backlog's arrivals together with what waits now. As a demand it speaks for
that signal:

| forecast | what takes part for the signal |
|---|---|
| `mode: active`, trusted | the higher of what the signal asks for and what the forecast says |
| the same with `mayLower: true` | what the forecast says, while the signal is measured; the higher of both while it is held |
| `mode: active`, without trust, too old, or without history | what the signal asks for; a step says why, with both scores |
| `mode: active`, not fitted yet | by the forecast's `onMissing`: `error` until then, or `ignore` |
| `mode: shadow` (the default) | what the signal asks for; what the forecast would ask for is recorded |
| `mode: off` | what the signal asks for |

So no way of combining yields less by a forecast that may not lower. While the signal asks for nothing (idle, or missing
and ignored), its forecast takes part beside others in `max` and `sum` only. Of two forecasts of a signal the higher one
counts. With `role: floor` a forecast is a floor. In an expression `NAME` of a forecast is what takes part for its
signal, and `NAME_present` says whether the forecast is used. A forecast keeps nothing running by itself unless it has an
`activateAbove`, more than one replica is wanted, or an expression asks for one. Stabilising asks the newest forecast
about earlier ticks, too; of those for which it says nothing the signals alone count.

## Rules

Each rule that fires changes what those before it left, in the policy's order. `add` and `remove` are relative to what
is *observed*, not to what was decided: `add: 2` is two more than there are, once; it adds again when they are there.
`add` and `atLeast` never lower what the signals ask for, `remove` and `atMost` never raise it, `set` replaces it. A
policy of rules alone stays at what is observed while none fires. Missing data fires nothing, under `not` too: where
`{ signal: lag, above: 900 }` cannot be known, `not: { signal: lag, above: 900 }` cannot either.

## Expressions

For each signal `lag`: `lag` (its demand in replicas), `lag_value`, `lag_age` (seconds) and `lag_present` (0 or 1), with
`_` for `-`, and a `_` before a name that begins with a digit. Besides: `replicas` (observed), `score`, `hour` (0 to 23)
and `weekday` (0: Sunday) by the clocks of `spec.timezone` (UTC without it), `minReplicas` and `maxReplicas` (0 without
a maximum). Where the clocks are put back an hour comes twice, where they are put forward one is left out. Operators,
from what binds tightest: `^`, `- !`, `* /`, `+ -`, `< > <= >= == !=`, `&&`, `||`, `? :`; functions: `min max sum avg abs ceil floor
round sqrt log exp pow clamp if`. A step that yields no finite number is an error; a result below 0 is 0.

)";

constexpr std::string_view kLearned =
    R"(## Learned numbers

Two numbers may be learned from history instead of being stated: how far ahead a forecast looks (`ahead: auto`, or a map),
and what one replica works off (a map in the place of `throughputPerReplica`). Both are a median or quantile of the past,
made anew once an hour and equal on all pods; [forecasts](forecasting.md#what-is-learned) says how.

| what is known | `ahead` | `throughputPerReplica` |
|---|---|---|
| enough: 10 rises of the replica count, or 12 stretches of five minutes with work for all | what was learned, up to `atMost` | what was learned |
| less | `assume` | `assume` |
| nothing yet: the pod has just started | the forecast is not fitted yet | the backlog is missing |
| nothing, as the history cannot be had | the forecast is not used | the backlog is missing |

What is missing is held, and then answered by `onMissing`: by the assumed number the pod might say less than those that
know. A number that was learned stays while its source is away. Each decision says which of these it was, with the
interval in which the number is with a probability of 95 %:

```
buffer wants 5.495: (90/s arriving + 1000 waiting / 1m40s) at 18.2/s each (learned from 41 stretches, 17.6 to 18.9)
buffer wants 2.5: (90/s arriving + 1000 waiting / 1m40s) at 40/s each (assumed: 3 of 12 stretches known)
```

The queries are asked of the signal's `source`. What may stand in the map of `ahead`:

)";

constexpr std::string_view kBudget =
    R"(## Budget

What several policies may use together. A policy shares it by `budget: NAME`, or is listed in it. How it is shared:
minima first, then by priority, then by weight. What a member has that gives nothing back comes off before, up to
the minima of the others: one in `mode: hold`, and one whose decision is an error. Who answers `mode: yield` takes no
part.

```yaml
apiVersion: loadline.dev/v1
kind: Budget
metadata: { name: workers, namespace: data }
spec:
  replicas: 50
  members:
    - { policy: orders, priority: 10, weight: 2, minimum: 2 }
  default: { priority: 0 }
```

)";

constexpr std::string_view kCalendar =
    R"(
## Calendar

Dates on which windows of a schedule do not open: `except: { calendar: holidays-de }`, and which a forecast does not learn as
usual days: `holidays: holidays-de` ([how](forecasting.md#how-it-works)). A file `NAME.ics` among the
policies is the Calendar of that name.

```yaml
apiVersion: loadline.dev/v1
kind: Calendar
metadata: { name: holidays-de }
spec:
  dates: [2026-12-24..2026-12-26, 2027-01-01]
```

)";

constexpr std::string_view kOverride =
    R"(
## Override

What an operator says over the policies' heads, for a time and with a reason. It is for the bindings that match all that
is stated of `metadata.namespace`, `object` and `policy`; or for `all`. It says one of `pin`, `floor`, `ceiling` and
`hold`. Several are applied in the order of their names; `replicas.min`, `replicas.max` and budgets hold all the same.
`hold` needs a policy that asks for the observed replicas (`replicas.observed`, or anything that goes by them). With
others it changes nothing: they go on deciding, and say so (`CannotHold`); `validate` warns of it. `pin: N` holds
any. It stands among the policies, or is set in what runs: `loadline override` ([api.md](api.md#overrides)).

```yaml
apiVersion: loadline.dev/v1
kind: Override
metadata: { name: migration, namespace: data }
spec:
  object: orders-cdc
  pin: 6
  until: 2026-11-24T18:00:00Z
  reason: database migration
```

)";

std::string StageTable() {
  std::string text =
      "## Stages\n\n"
      "A decision goes through these, from top to bottom; each may change the number, and says why. An error ends "
      "it.\nThe limits come after the shape: a ceiling, a budget or a maximum holds at once, however slowly the demand "
      "may be\nfollowed.\n\n| stage | what it does |\n|---|---|\n";
  for (const StageText& stage : Stages()) text += fmt::format("| `{}` | {} |\n", stage.name, stage.help);
  return text + "\n";
}

std::string ReasonTable() {
  std::string text =
      "## Reasons\n\n"
      "The same codes stand in logs, metrics, `loadline explain` and the API.\n\n| reason | what it means |\n"
      "|---|---|\n";
  for (const Reason reason : AllReasons())
    text += fmt::format("| `{}` | {} |\n", ReasonCode(reason), ReasonHelp(reason));
  return text;
}

}  // namespace

std::string PolicyAsMarkdown() {
  std::vector<ListedField> envelope = ListFields<Envelope<Policy>>();
  envelope.erase(std::remove_if(envelope.begin(), envelope.end(),
                                [](const ListedField& each) { return each.path.starts_with("spec."); }),
                 envelope.end());
  std::string text(kIntroduction);
  text += "## Fields\n\nOf all four kinds:\n\n" + FieldsAsMarkdown(envelope);
  text += "\nBelow `spec` of a ScalingPolicy stand:\n\n" + FieldsAsMarkdown(ListFields<Policy>());
  text += kSemantics;
  text += std::string(kLearned) + FieldsAsMarkdown(ListFields<LearnedAhead>());
  text += "\nAnd in that of `throughputPerReplica`:\n\n" + FieldsAsMarkdown(ListFields<LearnedThroughput>()) + "\n";
  text += StageTable() + ReasonTable();
  text += "\n" + std::string(kBudget) + FieldsAsMarkdown(ListFields<Budget>());
  text += std::string(kCalendar) + FieldsAsMarkdown(ListFields<CalendarSpec>());
  return text + std::string(kOverride) + FieldsAsMarkdown(ListFields<OverrideSpec>());
}

}  // namespace loadline
