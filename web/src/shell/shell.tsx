// What stands around every view: the menu, how live the page is, the theme, the keys, and the question for a token.
import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useKeys } from "../keys.js";
import { useStore } from "../parts/store.js";
import { linkTo, place } from "../router.js";
import { refused } from "../api/token.js";
import { views, type ViewProps } from "../views.js";
import { AskToken } from "./ask_token.js";
import { KeyHelp } from "./key_help.js";
import { Liveness, StaleBanner } from "./liveness.js";
import { ThemeSwitch } from "./theme_switch.js";

type Loaded = { of: string; view: ComponentType<ViewProps> } | { of: string; error: string };

export function Shell() {
  const at = useStore(place);
  const wantsToken = useStore(refused) !== "";
  const [help, setHelp] = useState(false);
  const loaded = useView(at.view);
  const main = useRef<HTMLElement>(null);
  const title = views[at.view]?.title ?? "Nothing here";

  useEffect(() => {
    document.title = `${[...at.parts, title].join(" · ")} · Loadline`;
  }, [at]);
  const [helpKey] = useState({ key: "?", does: "show all keys", run: () => setHelp(true) });
  useKeys([helpKey]);

  return (
    <>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        To the content
      </a>
      <header class="bar">
        <a class="brand" href={linkTo("")} aria-label="Loadline">
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d="M1 13h3V8h4V4h4V1h3" fill="none" stroke="currentColor" stroke-width="2" />
          </svg>
          <span>Loadline</span>
        </a>
        <nav aria-label="Views">
          {Object.entries(views)
            .filter(([, view]) => view.inMenu)
            .map(([name, view]) => (
              <a key={name} href={linkTo(name)} aria-current={at.view === name ? "page" : undefined}>
                {view.title}
              </a>
            ))}
        </nav>
        <span class="space" />
        <Liveness />
        <ThemeSwitch />
        <button type="button" class="quiet" onClick={() => setHelp(true)} aria-label="Keys" title="Keys (?)">
          ?
        </button>
      </header>
      {!wantsToken && <StaleBanner />}
      <main id="main" ref={main} tabIndex={-1}>
        {wantsToken ? <AskToken /> : <Content loaded={loaded} view={at.view} />}
      </main>
      {help && <KeyHelp close={() => setHelp(false)} />}
    </>
  );
}

function Content({ loaded, view }: { loaded: Loaded | null; view: string }) {
  const at = useStore(place);
  if (!(view in views)) {
    return (
      <div class="notice">
        <h1>There is no such view</h1>
        <p>
          <a href={linkTo("")}>To the fleet</a>
        </p>
      </div>
    );
  }
  if (loaded === null || loaded.of !== view) return <p class="notice">Loading …</p>;
  if ("error" in loaded) return <p class="notice bad">This view could not be loaded: {loaded.error}</p>;
  const View = loaded.view;
  return <View key={view} place={at} />;
}

function useView(name: string): Loaded | null {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  useEffect(() => {
    let gone = false;
    const put = (found: Loaded) => !gone && setLoaded(found);
    views[name]?.load().then(
      (view) => put({ of: name, view }),
      (error: unknown) => put({ of: name, error: String(error) }),
    );
    return () => {
      gone = true;
    };
  }, [name]);
  return loaded;
}
