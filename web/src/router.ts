// Where one is: what stands after # in the address, so that it works behind any path. "#/binding/data/orders?policy=x"
import { Store } from "./parts/store.js";

export interface Place {
  view: string; // "binding"; "" is the fleet
  parts: string[]; // ["data", "orders"]
  query: URLSearchParams;
}

export function placeOf(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  const [view = "", ...parts] = path.split("/").map(decode);
  return { view, parts, query: new URLSearchParams(query) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// The href of a place: "#/binding/data/orders"
export function linkTo(view: string, parts: string[] = [], query: Record<string, string> = {}): string {
  const path = [view, ...parts].map(encodeURIComponent).join("/");
  const text = new URLSearchParams(query).toString();
  return `#/${path}${text === "" ? "" : `?${text}`}`;
}

export const place = new Store<Place>(placeOf(location.hash));
addEventListener("hashchange", () => place.set(placeOf(location.hash)));

export function go(href: string): void {
  location.hash = href;
}
