// What a page of the API says, as a view sees it: not there yet, there, or refused; and asked for again while it is shown.
import { useEffect, useState } from "preact/hooks";
import { serverNow } from "../api/clock.js";
import { asError, get, type ApiError, type Query } from "../api/client.js";
import { stream } from "../api/events.js";
import { token } from "../api/token.js";

export type Asked<T> =
  | { state: "loading" }
  | { state: "there"; value: T; at: number } // when it was asked for
  | { state: "refused"; error: ApiError; last: T | null };

// `every`: seconds; asked for at once, too, when the stream begins anew or another token is given.
export function useAsked<T>(path: string, query: Query = {}, every = 30): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ state: "loading" });
  const question = path + JSON.stringify(query);
  useEffect(() => {
    let asking = new AbortController();
    let timer = 0;
    // Who asks anew does not wait for what was asked before: it might come later, and be taken for what is so.
    const stop = () => {
      asking.abort();
      clearTimeout(timer);
    };
    const ask = async () => {
      stop();
      const { signal } = (asking = new AbortController());
      try {
        const value = await get<T>(path, query, signal);
        setAsked({ state: "there", value, at: serverNow() });
      } catch (error) {
        if (signal.aborted) return;
        setAsked((before) => ({
          state: "refused",
          error: asError(error),
          last: before.state === "there" ? before.value : before.state === "refused" ? before.last : null,
        }));
      }
      if (every > 0) timer = setTimeout(ask, every * 1000);
    };
    setAsked({ state: "loading" });
    void ask();
    const ends = [stream.onBegin(() => void ask()), token.follow(() => void ask())];
    return () => {
      stop();
      for (const end of ends) end();
    };
  }, [question, every]);
  return asked;
}
