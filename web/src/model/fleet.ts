// All bindings, as the list of the API and its events say: one model, which views look at. It changes in place, a
// thousand times a second if need be; `version` says that it did, ten times a second at most.
import { serverNow } from "../api/clock.js";
import { asError, get, pages, type ApiError } from "../api/client.js";
import { stream } from "../api/events.js";
import { token } from "../api/token.js";
import type { Bindings, DecisionEvent, DecisionInShort, Finding, Problems } from "../api/types.js";
import type { NotAnew } from "../parts/not_anew.js";
import { Store } from "../parts/store.js";
import { idOf } from "./binding_id.js";
import { oneAtATime } from "./one_at_a_time.js";
import { Trails } from "./trails.js";

export interface Row extends DecisionInShort {
  id: string;
  object: string; // "data/orders"
  policyNamespace: string | null;
  at: number; // when it was decided; 0: not yet
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
  // What could not be asked for anew; null: it could.
  readonly listNotAnew = new Store<NotAnew | null>(null);
  readonly findingsNotAnew = new Store<NotAnew | null>(null);
  readonly rows = new Map<string, Row>();
  readonly trails = new Trails();
  loadedAt = 0;

  // The whole list, while somebody looks.
  readonly load = oneAtATime(() => this.tryToLoad(this.gone.signal));
  private readonly loadFindings = oneAtATime(() => this.tryToLoadFindings(this.gone.signal));
  private findingsAt: number | null = null; // when they were asked for
  private findings = new Map<string, Finding[]>(); // by object, also where its rows are still to come
  private listening: (() => void) | null = null;
  private ends: (() => void)[] = []; // while somebody looks
  private lookers = 0;
  private gone = new AbortController(); // once nobody looks any more
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
    const show = () => !document.hidden && serverNow() - this.loadedAt > 5_000 && void this.load();
    document.addEventListener("visibilitychange", show, { signal });
    this.ends = [
      stream.onBegin(() => {
        this.trails.forget();
        this.loadEverything();
      }),
      token.follow(() => this.loadEverything()),
      () => clearInterval(lists),
      () => clearInterval(findings),
      () => this.gone.abort(),
      () => this.trails.want([]),
    ];
    this.trails.forget(); // the stream may have been lost meanwhile
    this.loadEverything();
  }

  private loadEverything(): void {
    void this.load();
    void this.loadFindings();
  }

  private async tryToLoad(signal: AbortSignal): Promise<void> {
    try {
      await this.loadAll(signal);
      this.phase.set({ phase: "there" });
      this.listNotAnew.set(null);
    } catch (error) {
      if (signal.aborted) return;
      if (this.loadedAt === 0) this.phase.set({ phase: "refused", error: asError(error) });
      else this.listNotAnew.set({ at: this.loadedAt, error: asError(error) });
    }
  }

  // What some objects are decided now: events tell what has changed, not that something was decided as before.
  async refresh(objects: string[]): Promise<void> {
    if (objects.length === 0) return;
    try {
      const page = await get<Bindings>("bindings", { objects: objects.join(",") });
      for (const each of page.bindings) this.take(each, each.policy_namespace);
      this.tell();
    } catch {
      await this.load(); // which says what it cannot
    }
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
      if (!seen.has(id)) this.drop(id);
    }
    this.loadedAt = serverNow();
    this.members.set(this.members.get() + 1);
    this.tell();
  }

  private drop(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    this.rows.delete(id);
    this.trails.drop(id, row.object);
  }

  private async tryToLoadFindings(signal: AbortSignal): Promise<void> {
    try {
      this.takeFindings(await get<Problems>("problems", { limit: 10_000 }, signal));
      this.findingsNotAnew.set(null);
    } catch (error) {
      if (!signal.aborted) this.findingsNotAnew.set({ at: this.findingsAt, error: asError(error) });
    }
  }

  private takeFindings(page: Problems): void {
    this.findingsAt = serverNow();
    this.findings.clear();
    for (const each of page.problems) {
      const object = `${each.namespace}/${each.name}`;
      this.findings.set(object, [...this.findingsOf(object), each]);
    }
    for (const row of this.rows.values()) row.findings = this.findingsOf(row.object);
    this.tell();
  }

  private findingsOf(object: string): Finding[] {
    return this.findings.get(object) ?? [];
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
      row = { ...said, id, object, at, words, policyNamespace: policyNamespace ?? null, findings: this.findingsOf(object) };
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
