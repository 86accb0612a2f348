// The one way to /api/v1, which is public: what a page shows, a script may ask for in the same way.
import { hear } from "./clock.js";
import { refused, token } from "./token.js";

export type Query = Record<string, string | number | boolean | undefined>;

// What the API has refused (its words are `message`), or that it could not be asked: then `status` is 0.
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problem: unknown = null,
  ) {
    super(message);
  }
}

export const asError = (error: unknown): ApiError => (error instanceof ApiError ? error : new ApiError(0, String(error)));

// Relative to the page, so that it works behind a path, as of the API server's proxy.
export function apiUrl(path: string, query: Query = {}): string {
  const url = new URL(`api/v1/${path}`, document.baseURI);
  url.hash = "";
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url.href;
}

// Not Authorization: a proxy on the way, as Kubernetes' API server, may keep that for itself.
function headers(more: Record<string, string> = {}): Record<string, string> {
  return token.get() === "" ? more : { ...more, "X-Loadline-Token": token.get() };
}

async function refusal(response: Response): Promise<ApiError> {
  const text = await response.text();
  let problem: unknown = null;
  let says = `${response.status} ${response.statusText}`;
  try {
    problem = JSON.parse(text);
    const detail = (problem as { detail?: unknown }).detail;
    if (typeof detail === "string") says = detail;
  } catch {
    // A proxy on the way may answer in its own words.
  }
  if (response.status === 401) refused.set(token.get() === "" ? "A token is needed." : says);
  return new ApiError(response.status, says, problem);
}

// The response, of which a stream reads on. Throws ApiError, also where nobody answers.
export async function send(path: string, query: Query = {}, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  const asked = Date.now();
  try {
    response = await fetch(apiUrl(path, query), {
      ...init,
      headers: headers(init.headers as Record<string, string>),
      credentials: "same-origin",
      redirect: "error",
    });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, "Loadline does not answer.");
  }
  hear(response.headers.get("Date"), asked, Date.now());
  if (!response.ok) throw await refusal(response);
  return response;
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const response = await send(path, query, signal ? { signal } : {});
  return (await response.json()) as T;
}

// POST of JSON (an object), or of text as that media type.
export async function post<T>(path: string, body: unknown, mediaType = "application/json", signal?: AbortSignal): Promise<T> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const init = { method: "POST", body: text, headers: { "Content-Type": mediaType }, ...(signal ? { signal } : {}) };
  return (await (await send(path, {}, init)).json()) as T;
}

export async function remove<T>(path: string): Promise<T> {
  return (await (await send(path, {}, { method: "DELETE" })).json()) as T;
}

// Each page of a list, one after the other, in the order of the API.
export async function* pages<T extends { next: string | null }>(path: string, query: Query, signal?: AbortSignal): AsyncGenerator<T> {
  for (let after: string | null = ""; after !== null; ) {
    const page: T = await get<T>(path, { ...query, after: after === "" ? undefined : after }, signal);
    yield page;
    after = page.next;
  }
}
