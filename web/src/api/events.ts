// /api/v1/events, read by fetch: an EventSource has no headers, and so no token.
import { Store } from "../parts/store.js";
import { serverNow } from "./clock.js";
import { ApiError, send } from "./client.js";
import { token } from "./token.js";
import type { DecisionEvent } from "./types.js";

export type StreamState =
  | { state: "connecting" }
  | { state: "live" }
  | { state: "lost"; since: number; why: string };

// A comment comes every 15 s: where nothing came for longer, nothing will.
const silence = 40_000;
const firstWait = 1_000;
const longestWait = 15_000;

export class DecisionStream {
  readonly state = new Store<StreamState>({ state: "connecting" });
  private listeners = new Set<(events: DecisionEvent[]) => void>();
  private begun = new Set<() => void>();
  private connection: AbortController | null = null;
  private timer = 0;
  private wait = firstWait;

  constructor() {
    token.follow(() => this.connect());
    addEventListener("online", () => this.connect());
    addEventListener("pagehide", () => this.connection?.abort());
    addEventListener("pageshow", (event) => event.persisted && this.connect());
  }

  // All decisions that came at once are told at once. Yields what ends it.
  onDecisions(listener: (events: DecisionEvent[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // Called each time that the stream begins: what was missed meanwhile is to be asked for.
  onBegin(listener: () => void): () => void {
    this.begun.add(listener);
    return () => this.begun.delete(listener);
  }

  // At once, whether or not it is connected.
  connect(): void {
    clearTimeout(this.timer);
    this.connection?.abort();
    const connection = new AbortController();
    this.connection = connection;
    this.read(connection).catch((error: unknown) => {
      if (this.connection !== connection) return;
      const known = error instanceof ApiError ? error : new ApiError(0, "The stream has ended.");
      this.lose(known.message, known.status !== 401); // without a token there is nothing to be had, until there is one
    });
  }

  private lose(why: string, again: boolean): void {
    const now = this.state.get();
    this.state.set({ state: "lost", since: now.state === "lost" ? now.since : serverNow(), why });
    if (!again) return;
    this.timer = setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(this.wait * 2, longestWait);
  }

  private async read(connection: AbortController): Promise<void> {
    let watchdog = setTimeout(() => connection.abort(), silence);
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => connection.abort(), silence);
    };
    try {
      const response = await send("events", {}, { signal: connection.signal });
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      this.wait = firstWait;
      this.state.set({ state: "live" });
      for (const each of this.begun) each();
      for (let rest = ""; ; ) {
        const { done, value } = await reader.read();
        if (done) throw new ApiError(0, "Loadline has ended the stream.");
        alive();
        const text = rest + value;
        const end = text.lastIndexOf("\n\n");
        rest = text.slice(end + 1);
        const events = eventsOf(text.slice(0, Math.max(end, 0)));
        if (events.length > 0) for (const each of this.listeners) each(events);
      }
    } finally {
      clearTimeout(watchdog);
    }
  }
}

// Comments and other events are passed over.
export function eventsOf(text: string): DecisionEvent[] {
  const events: DecisionEvent[] = [];
  for (const message of text.split("\n\n")) {
    const data = message.indexOf("data: ");
    if (data >= 0 && message.includes("event: decision")) events.push(JSON.parse(message.slice(data + 6)) as DecisionEvent);
  }
  return events;
}

export const stream = new DecisionStream();
