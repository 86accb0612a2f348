// What is wrong with the server itself, as everything below may be so because of it.
import type { ApiError } from "../../api/client.js";
import type { ServerStatus } from "../../api/types.js";
import { useAsked } from "../../parts/ask.js";
import { linkTo } from "../../router.js";

export function ServerProblems() {
  const asked = useAsked<ServerStatus>("status", {}, 10);
  const problems = asked.state === "loading" ? [] : asked.state === "there" ? problemsOf(asked.value) : unasked(asked.error);
  if (problems.length === 0) return null;
  return (
    <p class="server-problems">
      <span aria-hidden="true">▲ </span>
      {problems[0]}
      {problems.length > 1 && ` (and ${problems.length - 1} more)`} <a href={linkTo("server")}>Server</a>
    </p>
  );
}

// Where nothing answers, the shell says so.
const unasked = ({ status, message }: ApiError) => (status === 0 ? [] : [`How the server is could not be asked for: ${message}`]);

export function problemsOf(status: ServerStatus): string[] {
  const problems: string[] = [];
  if (!status.ready) problems.push("KEDA may not call this pod yet");
  for (const each of status.sources) {
    if (!each.ok) problems.push(`source ${each.name} does not answer: ${each.problem}`);
  }
  if (status.journal && !status.journal.ok) problems.push(`the journal is not written: ${status.journal.problem}`);
  for (const each of status.policy_problems) problems.push(`${each.file}:${each.line}: ${each.field} ${each.rule}`);
  return problems;
}
