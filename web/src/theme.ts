// Light, dark, or as the system says. What somebody chose is remembered.
import { ofBrowser } from "./parts/storage.js";
import { Store } from "./parts/store.js";

export type Theme = "system" | "light" | "dark";
const kept = "loadline-theme";

function remembered(): Theme {
  const value = ofBrowser.get(kept);
  return value === "light" || value === "dark" ? value : "system";
}

export const theme = new Store<Theme>(remembered());

function show(): void {
  const value = theme.get();
  if (value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
}

export function setTheme(value: Theme): void {
  ofBrowser.set(kept, value === "system" ? null : value);
  theme.set(value);
}

theme.follow(show);
show();
