// What time it is where decisions are made: whoever looks may have another clock, by which what is old would look new.
let ahead = 0; // of this computer's clock, in milliseconds

// As Date.now().
export const serverNow = () => Date.now() + ahead;

// A response's Date, by this computer's clock asked for at one time, and there at another: the server's clock was within that
// second at some time in between. What is believed changes by no more than that proves.
export function hear(date: string | null, asked: number, there: number): void {
  const second = Date.parse(date ?? "");
  if (Number.isNaN(second)) return;
  ahead = Math.min(Math.max(ahead, second - there), second + 1000 - asked);
}
