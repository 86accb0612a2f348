// The page's colours where CSS does not reach: in a canvas.
import { theme } from "../theme.js";
import { useMedia } from "./hooks.js";
import { useStore } from "./store.js";

const probe = document.createElement("i");
probe.hidden = true;

// "rgb(11, 92, 173)" for "--accent", as it is now. A canvas knows neither custom properties nor light-dark().
export function colourOf(name: string): string {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

export const faded = (colour: string, opacity: number) => colour.replace(")", `, ${opacity})`);

// Another one when colours are to be looked up anew.
export function useScheme(): string {
  const chosen = useStore(theme);
  const dark = useMedia("(prefers-color-scheme: dark)");
  return chosen === "system" ? String(dark) : chosen;
}
