import { setTheme, theme, type Theme } from "../theme.js";
import { useStore } from "../parts/store.js";

const next: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const sign: Record<Theme, string> = { system: "◐", light: "○", dark: "●" };

export function ThemeSwitch() {
  const now = useStore(theme);
  return (
    <button type="button" class="quiet" onClick={() => setTheme(next[now])} title={`Colours: ${now}`}>
      <span aria-hidden="true">{sign[now]}</span>
      <span class="unseen">Colours: {now}</span>
    </button>
  );
}
