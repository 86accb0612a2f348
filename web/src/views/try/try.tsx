// A policy that is tried: written, checked as one types, and played on a binding's own history beside the present one. Nothing in
// the cluster changes.
import { idOf } from "../../model/binding_id.js";
import { isMeant } from "../../model/trigger.js";
import { useAsked } from "../../parts/ask.js";
import { NoSuchTrigger } from "../../parts/no_such_trigger.js";
import { linkTo } from "../../router.js";
import type { Bindings } from "../../api/types.js";
import type { SchemaNode } from "../../editor/schema.js";
import type { ViewProps } from "../../views.js";
import { ChooseBinding } from "./choose.js";
import { Workbench } from "./workbench.js";

interface PolicyText {
  namespace: string;
  name: string;
  text?: string;
}

export function Try({ place }: ViewProps) {
  const [namespace, name] = place.parts;
  if (namespace === undefined || name === undefined) return <ChooseBinding />;
  return <OfBinding key={`${namespace}/${name}`} namespace={namespace} name={name} query={place.query} />;
}

function OfBinding({ namespace, name, query }: { namespace: string; name: string; query: URLSearchParams }) {
  const bindings = useAsked<Bindings>("bindings", { namespace, name }, 0);
  const policies = useAsked<{ policies: PolicyText[] }>("policies", { text: true }, 0);
  const schema = useAsked<SchemaNode>("schema", {}, 0);

  for (const each of [bindings, policies, schema]) {
    if (each.state === "refused") return <p class="notice bad">{each.error.message}</p>;
  }
  if (bindings.state !== "there" || policies.state !== "there" || schema.state !== "there") return <p class="notice">Loading …</p>;

  const found = bindings.value.bindings.filter((each) => each.namespace === namespace && each.name === name);
  const binding = found.find((each) => isMeant(each, query));
  if (binding === undefined && found.length > 0) return <NoSuchTrigger view="try" triggers={found} />;
  if (binding === undefined) {
    return (
      <div class="notice">
        <h1>
          {namespace}/{name} is not known
        </h1>
        <p>
          KEDA has not called for it, and nothing says that it will. <a href={linkTo("try")}>Choose another one</a>
        </p>
      </div>
    );
  }
  const present = policies.value.policies.find(
    (each) => each.name === binding.policy && each.namespace === (binding.policy_namespace ?? ""),
  );
  return <Workbench key={idOf(binding)} binding={binding} present={present?.text ?? null} schema={schema.value} />;
}
