/** A line longer than this is no event of the API server: objects end at 3 MiB (etcd's limit is 1.5 MiB). */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Cuts a byte stream into lines; throws RangeError when a line does not end. */
export class LineSplitter {
  #parts: Buffer[] = [];
  #length = 0;

  /** The lines that are complete now, without their newline; empty lines are dropped. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      const line = this.#take(chunk.subarray(from, at));
      if (line !== "") lines.push(line);
      from = at + 1;
    }
    const rest = chunk.subarray(from);
    this.#length += rest.length;
    if (this.#length > LONGEST_LINE)
      throw new RangeError(`a line is longer than ${LONGEST_LINE} bytes`);
    if (rest.length > 0) this.#parts.push(rest);
    return lines;
  }

  #take(end: Buffer): string {
    if (this.#parts.length === 0) return end.toString("utf8");
    this.#parts.push(end);
    const line = Buffer.concat(this.#parts).toString("utf8");
    this.#parts = [];
    this.#length = 0;
    return line;
  }
}
