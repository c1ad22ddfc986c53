/** Waiting that ends: by a signal, or by a time with a reason. */

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** What `work` becomes, or an Error that says `what` is not so after `ms`. */
export async function within<T>(ms: number, work: Promise<T>, what: () => string): Promise<T> {
  const timer = Promise.withResolvers<never>();
  const late = (): void => timer.reject(new Error(`${what()} after ${ms / 1_000} s`));
  const handle = setTimeout(late, ms);
  try {
    return await Promise.race([work, timer.promise]);
  } finally {
    clearTimeout(handle);
  }
}
