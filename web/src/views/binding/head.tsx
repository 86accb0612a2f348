// Which binding it is, which of its triggers, and what one may do with it.
import { parametersText, triggerQuery } from "../../model/trigger.js";
import { GrafanaLink } from "../../parts/grafana.js";
import { linkTo } from "../../router.js";
import { keyOf, type Trigger } from "./course.js";

interface HeadProps {
  trigger: Trigger;
  triggers: Trigger[];
  onChoose: (trigger: Trigger) => void;
}

export function Head({ trigger, triggers, onChoose }: HeadProps) {
  const { namespace, name } = trigger;
  return (
    <header class="title">
      <h1>
        <span class="faint">{namespace}/</span>
        {name}
      </h1>
      <TriggerChoice {...{ trigger, triggers, onChoose }} />
      <nav class="acts" aria-label="What one may do">
        <a href={linkTo("try", [namespace, name], triggerQuery(trigger))}>Try a policy</a>
        <a href={linkTo("overrides", [], { object: `${namespace}/${name}` })}>Override</a>
        <GrafanaLink binding={trigger} />
      </nav>
    </header>
  );
}

function TriggerChoice({ trigger, triggers, onChoose }: HeadProps) {
  const words = (each: Trigger) => `${each.policy} ${parametersText(each.metadata)}`;
  if (triggers.length === 1) {
    return (
      <span class="faint">
        policy <code>{trigger.policy}</code> {parametersText(trigger.metadata)}
      </span>
    );
  }
  return (
    <label class="faint">
      trigger{" "}
      <select value={keyOf(trigger)} onChange={(event) => onChoose(triggers.find((each) => keyOf(each) === event.currentTarget.value)!)}>
        {triggers.map((each) => (
          <option key={keyOf(each)} value={keyOf(each)}>
            {words(each)}
          </option>
        ))}
      </select>
    </label>
  );
}
