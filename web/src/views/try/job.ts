// A replay on the server: posted, asked for until it has ended, and what came of it.
import { get, post, remove, send } from "../../api/client.js";

export interface Series {
  begin: string;
  interval_seconds: number;
  needed: (number | null)[];
  wanted: (number | null)[];
  replicas: (number | null)[];
}

export interface Total {
  replica_hours: number;
  violations: number | null;
  changes_a_day: number;
  mean_replicas: number;
  at_max: number | null;
  no_answer: number | null;
  held: number | null;
  cost: number | null;
}

export interface Replayed {
  name: string;
  really_was: boolean;
  is_queue: boolean;
  total: Total;
  first_error: string | null;
  series: Series;
}

export interface Moment {
  peak: string;
  first: number;
  second: number;
  first_said: string;
  second_said: string;
}

export interface Contrast {
  first: string;
  second: string;
  share_of_time: number;
  fields: { field: string; first: string; second: string }[];
  moments: Moment[];
}

export interface Result {
  object: string;
  begin: string;
  end: string;
  load: string | null;
  warnings: string[];
  replayed: Replayed[];
  contrasts: Contrast[];
}

export interface Job {
  id: string;
  state: "waiting" | "running" | "done" | "failed";
  doing: string;
  done: number;
  of: number;
  error: { message?: string; detail?: string } | null;
  result?: Result | null;
}

export interface Question {
  namespace: string;
  name: string;
  policies: string[];
  parameters: Record<string, string>;
  history: string; // journal, sources
  from?: string;
  capacity?: number;
  start_delay?: string;
  polling?: string;
  cooldown?: string;
  sync?: string;
  down_window?: string;
}

const between = 400; // ms

// Yields each state of the job, the last one with its result. Ends the job on the server where `signal` ends this: also one
// whose name is not known yet, so its posting goes on.
export async function* play(question: Question, signal: AbortSignal): AsyncGenerator<Job> {
  const posted = await post<Job>("replays", question);
  const path = `replays/${posted.id}`;
  try {
    for (let job = posted; !signal.aborted; job = await get<Job>(path, {}, signal)) {
      yield job;
      if (job.state === "done" || job.state === "failed") return;
      await new Promise((resolve) => setTimeout(resolve, between));
    }
  } finally {
    if (signal.aborted) void remove(path).catch(() => undefined);
  }
}

export async function report(id: string): Promise<Blob> {
  return (await send(`replays/${id}`, { as: "page" })).blob();
}
