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

let known = location.hash; // what place is of; the browser may be a step of its history ahead
export const place = new Store<Place>(placeOf(known));
addEventListener("hashchange", () => {
  known = location.hash;
  place.set(placeOf(known));
});

// The address without a step of the browser's history. Not once the browser is elsewhere: of two fast steps back the place
// that the second one leads to would be lost.
export function replace(href: string): void {
  if (isElsewhere()) return;
  write(href);
  place.set(placeOf(href));
}

// Likewise, where `from` does not change by it.
export function remember(href: string, from: Place): void {
  if (place.get() === from && !isElsewhere()) write(href);
}

const isElsewhere = () => location.hash !== known;

function write(href: string): void {
  history.replaceState(null, "", href);
  known = location.hash;
}

export function go(href: string): void {
  location.hash = href;
}
