/** Collects texts as UTF-8 in one growing buffer that can be handed to another thread. */
export class ByteWriter {
  #buffer: Buffer<ArrayBuffer>;
  #length = 0;

  /** `expectedBytes` spares growing. */
  constructor(expectedBytes: number) {
    this.#buffer = Buffer.from(new ArrayBuffer(expectedBytes));
  }

  write(text: string): void {
    this.#reserve(Buffer.byteLength(text));
    this.#length += this.#buffer.write(text, this.#length);
  }

  /** Everything written so far. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.from(new ArrayBuffer(Math.max(needed, this.#buffer.length * 2)));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
