// What is played, and what came of it: one replay at a time, which ends with the view.
import { useEffect, useRef, useState } from "preact/hooks";
import { asError } from "../../api/client.js";
import { play, type Job, type Question, type Result } from "./job.js";

export type Played =
  | { state: "none" }
  | { state: "playing"; job: Job | null }
  | { state: "done"; id: string; result: Result; labels: string[]; of: string } // `of`: the text that was played
  | { state: "failed"; why: string };

export interface Playing {
  played: Played;
  start: (question: Question) => void;
  stop: () => void;
}

export function usePlayed(): Playing {
  const [played, setPlayed] = useState<Played>({ state: "none" });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const start = async (question: Question) => {
    running.current?.abort();
    const { signal } = (running.current = new AbortController());
    setPlayed({ state: "playing", job: null });
    try {
      for await (const job of play(question, signal)) {
        if (signal.aborted) return;
        setPlayed(playedOf(job, question));
      }
    } catch (error) {
      if (!signal.aborted) setPlayed({ state: "failed", why: asError(error).message });
    }
  };
  const stop = () => {
    running.current?.abort();
    setPlayed({ state: "none" });
  };
  return { played, start: (question) => void start(question), stop };
}

function playedOf(job: Job, { policies }: Question): Played {
  if (job.state === "failed") return { state: "failed", why: job.error?.message ?? job.error?.detail ?? "The replay has failed." };
  if (job.state !== "done" || !job.result) return { state: "playing", job };
  return { state: "done", id: job.id, result: job.result, labels: labelsOf(job.result), of: policies.at(-1)! };
}

// The last one is what was written.
function labelsOf({ replayed }: Result): string[] {
  return replayed.map((each, at) => (each.really_was ? "what was" : at === replayed.length - 1 ? "yours" : "present policy"));
}
