// An address that means a trigger that the object does not have: which it has.
import type { BindingName } from "../api/types.js";
import { idOf } from "../model/binding_id.js";
import { parametersText, triggerQuery } from "../model/trigger.js";
import { linkTo } from "../router.js";

export function NoSuchTrigger({ view, triggers }: { view: string; triggers: BindingName[] }) {
  const { namespace, name } = triggers[0]!;
  return (
    <div class="notice">
      <h1>
        {namespace}/{name} has no such trigger
      </h1>
      <p>It has:</p>
      <ul>
        {triggers.map((each) => (
          <li key={idOf(each)}>
            <a href={linkTo(view, [namespace, name], triggerQuery(each))}>
              {each.policy} {parametersText(each.metadata)}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
