/** Bounds the memory that request bodies may hold at one time over all connections. */
export interface ByteBudget {
  /** Takes `bytes` when they fit, else takes nothing and answers false. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

/** A budget of `totalBytes`. */
export function createByteBudget(totalBytes: number): ByteBudget {
  let free = totalBytes;
  return {
    take(bytes) {
      if (bytes > free) return false;
      free -= bytes;
      return true;
    },
    give(bytes) {
      free += bytes;
    },
  };
}
