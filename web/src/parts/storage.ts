// What the browser keeps for the page. Where it keeps nothing, as it is told to, or has no room, the page does, until it is closed.
class Kept {
  private here = new Map<string, string>();

  constructor(private readonly browser: () => Storage) {}

  get(key: string): string | null {
    const here = this.here.get(key);
    if (here !== undefined) return here;
    try {
      return this.browser().getItem(key);
    } catch {
      return null;
    }
  }

  set(key: string, value: string | null): void {
    this.here.delete(key);
    try {
      if (value === null) this.browser().removeItem(key);
      else this.browser().setItem(key, value);
    } catch {
      if (value !== null) this.here.set(key, value);
    }
  }
}

export const ofSession = new Kept(() => sessionStorage); // until the tab is closed
export const ofBrowser = new Kept(() => localStorage);
