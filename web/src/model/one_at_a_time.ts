// Who asks while the same is on its way gets one more after it: what was asked for first never overtakes.
export function oneAtATime(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again = false;
  const ask = (): Promise<void> => {
    if (running !== null) {
      again = true;
      return running;
    }
    running = run().finally(() => {
      running = null;
      if (!again) return;
      again = false;
      void ask();
    });
    return running;
  };
  return ask;
}
