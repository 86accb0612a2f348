// The token of who looks, where http.tokensFile wants one: kept until the tab is closed, and nowhere else.
import { ofSession } from "../parts/storage.js";
import { Store } from "../parts/store.js";

const kept = "loadline-token";

export const token = new Store<string>(ofSession.get(kept) ?? "");

// Set once the API has refused: why. The shell asks for a token then.
export const refused = new Store<string>("");

export function setToken(value: string): void {
  ofSession.set(kept, value === "" ? null : value);
  token.set(value);
  refused.set("");
}
