// A value that views follow.
import { useEffect, useState } from "preact/hooks";

export class Store<T> {
  private listeners = new Set<() => void>();

  constructor(private value: T) {}

  get(): T {
    return this.value;
  }

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const each of [...this.listeners]) each();
  }

  // Yields what ends it.
  follow(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

// The value now; the view that asks is shown anew when it changes.
export function useStore<T>(store: Store<T>): T {
  const [, again] = useState({});
  useEffect(() => store.follow(() => again({})), [store]);
  return store.get();
}
