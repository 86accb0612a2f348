// The editor, what is to be played, and what came of it.
import type { DecisionInShort } from "../../api/types.js";
import type { SchemaNode } from "../../editor/schema.js";
import { idOf } from "../../model/binding_id.js";
import { triggerQuery } from "../../model/trigger.js";
import { linkTo } from "../../router.js";
import { errorsOf, useChecked } from "./checked.js";
import { download } from "./download.js";
import { useDraft } from "./draft.js";
import { useEditor, type Editing } from "./editing.js";
import { report, type Job } from "./job.js";
import { HiddenFields, useParameters } from "./parameters.js";
import { usePlayed, type Played } from "./played.js";
import { Problems } from "./problems.js";
import { Results } from "./results.js";
import { questionOf, TermsFields, useTerms } from "./terms.js";

const begun = `apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: tried }
spec:
  allowedNamespaces: ["*"]
`;

interface Props {
  binding: DecisionInShort;
  present: string | null;
  schema: SchemaNode;
}

export function Workbench({ binding, present, schema }: Props) {
  const id = idOf(binding);
  const [text, setText] = useDraft(id, "text", present ?? begun);
  const policies = present === null ? [text] : [present, text];
  const checked = useChecked(text);
  const [terms, setTerms] = useTerms(id);
  const parameters = useParameters(binding.metadata, policies);
  const { played, start, stop } = usePlayed();
  const play = () => start(questionOf(binding, policies, parameters.given, terms));
  const editor = useEditor(text, schema, checked, setText, play);
  return (
    <section class="try">
      <div class="try-write">
        <Heading binding={binding} present={present} />
        <EditorBox editor={editor} />
        <Problems checked={checked} goTo={editor.goTo} />
        <p class="row">
          <button type="button" disabled={present === null || text === present} onClick={() => present !== null && editor.replace(present)}>
            Back to the present policy
          </button>
          <button type="button" onClick={() => download("policy.yaml", new Blob([text], { type: "application/yaml" }))}>
            Download the YAML
          </button>
        </p>
        <form
          class="row try-form"
          onSubmit={(event) => {
            event.preventDefault();
            play();
          }}
        >
          <HiddenFields of={parameters} />
          <TermsFields terms={terms} set={setTerms} />
          {played.state === "playing" ? (
            <button type="button" onClick={stop}>
              Stop
            </button>
          ) : (
            <button type="submit" class="primary" disabled={errorsOf(checked) > 0} title="Ctrl Enter">
              Play
            </button>
          )}
        </form>
      </div>
      <div class="try-results" aria-live="polite">
        <Outcome played={played} binding={binding} text={text} />
      </div>
    </section>
  );
}

function Heading({ binding, present }: { binding: DecisionInShort; present: string | null }) {
  const { namespace, name, policy } = binding;
  return (
    <>
      <h1>
        Try a policy on <a href={linkTo("binding", [namespace, name], triggerQuery(binding))}>{`${namespace}/${name}`}</a>
      </h1>
      <p class="faint">
        {present === null
          ? `No document of the policy ${policy} is in force: what you write is played by itself.`
          : `What you write is played beside ${policy}, as it is in force.`}{" "}
        Nothing in the cluster changes.
      </p>
    </>
  );
}

function EditorBox({ editor: { host, loaded } }: { editor: Editing }) {
  return (
    <div class="try-editor">
      <div ref={host} class="editor" />
      {loaded === "loading" && <p class="faint">Loading the editor …</p>}
      {typeof loaded === "object" && <p class="bad">The editor could not be loaded: {loaded.failed}</p>}
    </div>
  );
}

function Outcome({ played, binding, text }: { played: Played; binding: DecisionInShort; text: string }) {
  if (played.state === "none") {
    return (
      <p class="notice faint">
        Change something, and press <kbd>Ctrl</kbd> <kbd>Enter</kbd>: here stands what it would have cost, where it would have been short, and
        when it would have decided otherwise.
      </p>
    );
  }
  if (played.state === "playing") return <Progress job={played.job} />;
  if (played.state === "failed") {
    return (
      <div class="notice" role="alert">
        <h2>It could not be played</h2>
        <p class="bad">{played.why}</p>
      </div>
    );
  }
  return (
    <Results
      result={played.result}
      labels={played.labels}
      binding={binding}
      outdated={played.of !== text}
      save={async () => download(`replay-${binding.name}.html`, await report(played.id))}
    />
  );
}

function Progress({ job }: { job: Job | null }) {
  return (
    <div class="notice">
      <p>{job === null || job.state === "waiting" ? "Waiting for its turn …" : job.doing === "" ? "Playing …" : `${job.doing} …`}</p>
      {job !== null && job.of > 0 ? <progress value={job.done} max={job.of} aria-label="Played" /> : <progress aria-label="Played" />}
    </div>
  );
}
