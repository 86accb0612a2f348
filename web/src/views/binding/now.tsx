// What is wanted now, why, what is in the way, and what changes next: in words, before any plot.
import type { Decision } from "../../api/types.js";
import { wholeReplicas } from "../../model/whole_replicas.js";
import { NotAnewLine, type NotAnew } from "../../parts/not_anew.js";
import { clockText, numberText, spanText, timeText } from "../../parts/words.js";
import { askedOfHpa, type HpaSaid } from "./asked_of_hpa.js";
import { because, inTheWay, roundedText } from "./decision.js";
import type { Change, Course } from "./course.js";
import { kinds } from "./kinds.js";
import { lately } from "./lately.js";

interface NowProps {
  decision: Decision;
  hpa: HpaSaid | null; // null: not asked yet
  coming: Change[] | null; // null: not known
  course: Course | null; // null: not known
  now: number;
  stale: boolean;
  notAnew: { decision: NotAnew | null; coming: NotAnew | null; hpa: NotAnew | null };
  onLook: (time: number) => void;
}

const shown = 4;

export function Now({ decision, hpa, coming, course, now, stale, notAnew, onLook }: NowProps) {
  const told = hpa?.now ?? null;
  const problems = inTheWay(decision, told === null ? null : { now: told, sentence: hpa!.sentence });
  const over = course === null ? [] : lately(course, now, new Set(problems.map((each) => each.kind)));
  const asked = askedOfHpa(decision, hpa);
  const rules = (decision.steps ?? []).filter((step) => step.reason.startsWith("Rule") && step.reason !== "RuleCoolingDown");
  return (
    <div class={`answer ${stale || notAnew.decision !== null ? "frozen" : ""}`}>
      <section aria-labelledby="wanted">
        <h2 id="wanted">Wanted now</h2>
        <p class="figure">
          <strong>{decision.replicas === null ? "no answer" : numberText(wholeReplicas(decision.replicas))}</strong>
          <span>
            {decision.replicas === null
              ? "KEDA gets an error"
              : `${decision.active === false ? "replicas, inactive" : "replicas, active"}${roundedText(decision)}`}
            <span class="faint">
              {" "}
              · there are {numberText(decision.observed)}
              {told !== null && ` · HPA asks for ${numberText(told.desired)}, ready ${numberText(told.ready)}`}
            </span>
          </span>
        </p>
        {notAnew.decision && !stale && <NotAnewLine what="What is wanted" of={notAnew.decision} />}
        {because(decision) !== "" && <p>Because {because(decision)}.</p>}
        {rules.map((rule) => (
          <p key={rule.sentence}>
            <span class="kind rule" aria-hidden="true">
              {kinds["rule"]!.shape}
            </span>{" "}
            {rule.sentence}
          </p>
        ))}
        <p class="faint">
          {decision.time === null ? "Not decided yet" : `Decided ${spanText((now - Date.parse(decision.time)) / 1000)} ago`} · confidence{" "}
          <span class={(decision.confidence ?? 1) < 0.5 ? "warn" : undefined}>{confidenceText(decision)}</span>
          {hpa !== null && !hpa.kubernetes && " · what the HPA does is not known: Kubernetes is not watched"}
        </p>
        {notAnew.hpa && !stale && <NotAnewLine what="What the HPA does" of={notAnew.hpa} />}
      </section>
      <section aria-labelledby="in-the-way">
        <h2 id="in-the-way">In the way</h2>
        {problems.length === 0 ? (
          <p class="faint">No bound, override or missing data changes the number.</p>
        ) : (
          <ul class="marked">
            {problems.map((each) => (
              <li key={each.kind + each.sentence}>
                <span class={`kind ${each.kind}`}>
                  <span aria-hidden="true">{kinds[each.kind]?.shape ?? "⇅"}</span> {kinds[each.kind]?.word ?? "HPA"}
                </span>{" "}
                {each.sentence}
              </li>
            ))}
          </ul>
        )}
        {over.map(({ text, until }) => (
          <p key={text} class="faint">
            Ended at{" "}
            <button type="button" class="link" title={timeText(until)} onClick={() => onLook(Date.parse(until))}>
              {clockText(until)}
            </button>
            : {text}
          </p>
        ))}
      </section>
      <section aria-labelledby="next">
        <h2 id="next">What changes next</h2>
        {asked !== "" && <p>{asked}</p>}
        {notAnew.coming && !stale && <NotAnewLine what="What comes" of={notAnew.coming} />}
        {coming?.length === 0 && <p class="faint">No schedule, override or waiting time changes the number in the next days: new readings do.</p>}
        {coming !== null && coming.length > 0 && <p class="faint">New readings may change it at any time. By themselves:</p>}
        {coming !== null && coming.length > 0 && (
          <ol class="marked">
            {coming.slice(0, shown).map((each) => (
              <li key={each.at + each.sentence}>
                <button type="button" class="link" title={timeText(each.at)} onClick={() => onLook(Date.parse(each.at))}>
                  in {spanText((Date.parse(each.at) - now) / 1000)}
                </button>{" "}
                <span class={each.counts ? "" : "faint"}>
                  {inWords(each)}
                  {staysText(each, decision)}
                </span>
              </li>
            ))}
          </ol>
        )}
        {coming !== null && coming.length > shown && (
          <p class="faint">
            and {coming.length - shown} more until {timeText(coming.at(-1)!.at).slice(0, 10)}, in the time line
          </p>
        )}
      </section>
    </div>
  );
}

function confidenceText({ confidence, doubt }: Decision): string {
  const unsure = (confidence ?? 1) < 0.5 ? ": unsure" : "";
  return numberText(confidence) + unsure + (doubt ? `, as ${doubt}` : "");
}

// Times in the API's sentences are exact; here minutes do, and of a schedule the hour where it stands beside the plot's.
export function inWords({ at, sentence }: Change): string {
  return sentence
    .replace(/(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d\.\d{3}Z/g, "$1 $2Z")
    .replace(/: at \d{4}-\d\d-\d\dT(\d\d:\d\d) (\S+) (.*)$/, (_, hour, zone, what) => `: ${what} (${at.slice(11, 16)}Z${zone === "UTC" ? "" : `, ${hour} ${zone}`})`);
}

// By what the signals ask for now.
const staysText = (change: Change, { wanted, replicas }: Decision) =>
  change.stays && replicas !== null && wanted != null ? `; the ${numberText(wanted)} wanted now stays` : "";
