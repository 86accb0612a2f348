// Every binding at a glance.
import { useAsked } from "../../parts/ask.js";
import { numberText } from "../../parts/words.js";
import type { Bindings } from "../../api/types.js";

export function Fleet() {
  const asked = useAsked<Bindings>("bindings", {}, 15);
  if (asked.state === "loading") return <p class="notice">Loading …</p>;
  const page = asked.state === "there" ? asked.value : asked.last;
  return (
    <table>
      <tbody>
        {page?.bindings.map((each) => (
          <tr key={JSON.stringify(each.metadata)}>
            <th scope="row">
              {each.namespace}/{each.name}
            </th>
            <td>{numberText(each.replicas)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
