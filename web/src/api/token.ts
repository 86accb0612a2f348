// The token of who looks, where http.tokensFile wants one: kept until the tab is closed, and nowhere else.
import { Store } from "../parts/store.js";

const kept = "loadline-token";

export const token = new Store<string>(sessionStorage.getItem(kept) ?? "");

// Set once the API has refused: why. The shell asks for a token then.
export const refused = new Store<string>("");

export function setToken(value: string): void {
  if (value === "") sessionStorage.removeItem(kept);
  else sessionStorage.setItem(kept, value);
  token.set(value);
  refused.set("");
}
