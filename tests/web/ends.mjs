// What a file of tests has begun, and how it ends. A program, a browser or a server that is left, be it by a `before` that
// failed half-way, keeps the file's process from ending until its time limit; hence `after(endAll)` in each file.
const ends = [];

export function endsBy(end) {
  ends.push(end);
}

// The last that began first. What was ended already is ended again: that does nothing.
export async function endAll() {
  const failed = [];
  while (ends.length > 0) await Promise.resolve(ends.pop()()).catch((error) => failed.push(error));
  if (failed.length > 0) throw new AggregateError(failed, "not all that was begun could be ended");
}
