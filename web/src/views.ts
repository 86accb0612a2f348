// The views, by the first part of the address (router.ts). A new one is a line here; its code is loaded when it is looked at.
import type { ComponentType } from "preact";
import type { Place } from "./router.js";

export interface ViewProps {
  place: Place;
}

export interface View {
  title: string;
  inMenu: boolean;
  load: () => Promise<ComponentType<ViewProps>>;
}

export const views: Record<string, View> = {
  "": { title: "Fleet", inMenu: true, load: async () => (await import("./views/fleet/fleet.js")).Fleet },
  links: { title: "Budgets", inMenu: true, load: async () => (await import("./views/links/links.js")).Links },
  binding: { title: "One binding", inMenu: false, load: async () => (await import("./views/binding/binding.js")).Binding },
  try: { title: "Try", inMenu: true, load: async () => (await import("./views/try/try.js")).Try },
  overrides: { title: "Overrides", inMenu: true, load: async () => (await import("./views/overrides/overrides.js")).Overrides },
  server: { title: "Server", inMenu: true, load: async () => (await import("./views/server/server.js")).Server },
};
