// All bindings, as the list of the API and its events say: one model, which views look at. It changes in place, a
// thousand times a second if need be; `version` says that it did, ten times a second at most.
import { ApiError, get, pages } from "../api/client.js";
import { stream } from "../api/events.js";
import { token } from "../api/token.js";
import type { Bindings, DecisionEvent, DecisionInShort, Finding, Problems } from "../api/types.js";
import { Store } from "../parts/store.js";
import { idOf } from "./binding_id.js";
import { Trails } from "./trails.js";

export interface Row extends DecisionInShort {
  id: string;
  object: string; // "data/orders"
  policyNamespace: string | null;
  at: number; // when it was decided, of Date.now(); 0: not yet
  words: string; // that a filter looks at, but for those of its state
  findings: Finding[];
}

export type Phase = { phase: "loading" } | { phase: "there" } | { phase: "refused"; error: ApiError };

const perPage = 1000;
const wholeEvery = 60_000;
const findingsEvery = 30_000;
const tellEvery = 100;

class Fleet {
  readonly phase = new Store<Phase>({ phase: "loading" });
  // Of what is there: it changes. `members` changes only where rows come or go.
  readonly version = new Store(0);
  readonly members = new Store(0);
  readonly rows = new Map<string, Row>();
  readonly trails = new Trails();
  loadedAt = 0;
  // Why the list, or what is wrong with bindings, is as old as it is; empty: it is not.
  readonly listOld = new Store("");
  readonly findingsOld = new Store("");

  private listening: (() => void) | null = null;
  private ends: (() => void)[] = []; // while somebody looks
  private lookers = 0;
  private gone = new AbortController(); // once nobody looks any more
  private loading: Promise<void> | null = null;
  private again = false;
  private telling = 0;

  // Is asked for while somebody looks: yields what ends that. What events tell is heard from then on, as it costs no request and
  // whoever comes back sees no old number.
  look(): () => void {
    this.listening ??= stream.onDecisions((events) => this.takeEvents(events));
    if (this.lookers++ === 0) this.begin();
    return () => {
      if (--this.lookers > 0) return;
      for (const end of this.ends.splice(0)) end();
    };
  }

  private begin(): void {
    const lists = setInterval(() => !document.hidden && void this.load(), wholeEvery);
    const findings = setInterval(() => !document.hidden && void this.loadFindings(), findingsEvery);
    this.gone = new AbortController();
    const { signal } = this.gone;
    const show = () => !document.hidden && Date.now() - this.loadedAt > 5_000 && void this.load();
    document.addEventListener("visibilitychange", show, { signal });
    this.ends = [
      stream.onBegin(() => {
        this.trails.forget();
        void this.load();
      }),
      token.follow(() => void this.load()),
      () => clearInterval(lists),
      () => clearInterval(findings),
      () => this.gone.abort(),
    ];
    this.trails.forget(); // the stream may have been lost meanwhile
    void this.load();
    void this.loadFindings();
  }

  // The whole list. Who asks while it is on its way gets one more.
  load(): Promise<void> {
    const { signal } = this.gone;
    if (this.loading !== null) {
      this.again = true;
      return this.loading;
    }
    this.loading = this.loadAll(signal)
      .then(() => this.phase.set({ phase: "there" }))
      .catch((error: unknown) => {
        if (signal.aborted) return;
        const known = error instanceof ApiError ? error : new ApiError(0, String(error));
        if (this.loadedAt === 0) this.phase.set({ phase: "refused", error: known });
        else this.listOld.set(known.message);
      })
      .finally(() => {
        this.loading = null;
        if (this.again) {
          this.again = false;
          void this.load();
        }
      });
    return this.loading;
  }

  // What some objects are decided now: events tell what has changed, not that something was decided as before.
  async refresh(objects: string[]): Promise<void> {
    if (objects.length === 0) return;
    const page = await get<Bindings>("bindings", { objects: objects.join(",") });
    for (const each of page.bindings) this.take(each, each.policy_namespace);
    this.tell();
  }

  private async loadAll(signal: AbortSignal): Promise<void> {
    const seen = new Set<string>();
    const before = new Set(this.rows.keys());
    for await (const page of pages<Bindings>("bindings", { limit: perPage }, signal)) {
      for (const each of page.bindings) seen.add(this.take(each, each.policy_namespace).id);
      // The first rows are there to be seen while the others come.
      if (this.loadedAt === 0) this.phase.set({ phase: "there" });
      this.members.set(this.members.get() + 1);
    }
    for (const id of before) {
      if (!seen.has(id)) this.rows.delete(id);
    }
    this.loadedAt = Date.now();
    this.listOld.set("");
    this.members.set(this.members.get() + 1);
    this.tell();
  }

  private async loadFindings(): Promise<void> {
    const { signal } = this.gone;
    const page = await get<Problems>("problems", { limit: 10_000 }, signal).catch((error: unknown) => {
      if (!signal.aborted) this.findingsOld.set(error instanceof ApiError ? error.message : String(error));
      return null;
    });
    if (page === null) return;
    this.findingsOld.set("");
    const byObject = new Map<string, Finding[]>();
    for (const each of page.problems) {
      const object = `${each.namespace}/${each.name}`;
      byObject.set(object, [...(byObject.get(object) ?? []), each]);
    }
    for (const row of this.rows.values()) row.findings = byObject.get(row.object) ?? [];
    this.tell();
  }

  private takeEvents(events: DecisionEvent[]): void {
    const members = this.rows.size;
    for (const each of events) {
      const row = this.take(each, undefined);
      this.trails.add(row.id, { time: row.at / 1000, replicas: each.replicas, observed: each.observed });
    }
    if (this.rows.size !== members) this.members.set(this.members.get() + 1);
    this.tell();
  }

  // An older decision than the one that is there changes nothing: a list may be overtaken by an event.
  private take(said: DecisionInShort, policyNamespace: string | null | undefined): Row {
    const id = idOf(said);
    const at = said.time === null ? 0 : Date.parse(said.time);
    let row = this.rows.get(id);
    if (row === undefined) {
      const object = `${said.namespace}/${said.name}`;
      const words = `${object} ${said.policy} ${Object.values(said.metadata).join(" ")}`.toLowerCase();
      row = { ...said, id, object, at, words, policyNamespace: policyNamespace ?? null, findings: [] };
      this.rows.set(id, row);
      return row;
    }
    if (at < row.at) return row;
    row.at = at;
    row.time = said.time;
    row.replicas = said.replicas;
    row.wanted = said.wanted;
    row.active = said.active;
    row.confidence = said.confidence;
    row.observed = said.observed;
    row.error = said.error;
    row.winner = said.winner;
    row.summary = said.summary;
    row.without_reading = said.without_reading;
    row.forecasts = said.forecasts;
    if (policyNamespace !== undefined) row.policyNamespace = policyNamespace;
    return row;
  }

  private tell(): void {
    if (this.telling !== 0) return;
    this.telling = setTimeout(() => {
      this.telling = 0;
      this.version.set(this.version.get() + 1);
    }, tellEvery);
  }
}

export const fleet = new Fleet();
