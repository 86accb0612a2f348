// Says of what is shown that it could not be asked for anew, and as of when it is so. Not for where nobody answers at all, which
// the shell says.
import type { ApiError } from "../api/client.js";
import { clockText } from "./words.js";

export interface NotAnew {
  at: number | null; // when it was asked for last; null: never
  error: ApiError;
}

export function NotAnewLine({ what, of }: { what: string; of: NotAnew }) {
  const how = of.at === null ? "could not be asked for" : `is as of ${clockText(of.at)}, as it could not be asked for anew`;
  return (
    <p class="not-anew" role="status">
      <span aria-hidden="true">▲ </span>
      {what} {how}: {of.error.message}
    </p>
  );
}
