/** Texts in objects repeat: `1Gi`, `redis`, `200m`. What was found out about a short one is kept for the next object. */

/** Longer texts are rarely the same twice. */
const MAX_CHARS = 64;
const MAX_TEXTS = 256;

/** A function of a text that remembers short texts; when it knows too many it begins anew. */
export function rememberTexts<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const answer = known.get(text);
    if (answer !== undefined) {
      return answer;
    }
    const computed = compute(text);
    if (text.length <= MAX_CHARS) {
      if (known.size >= MAX_TEXTS) {
        known.clear();
      }
      known.set(text, computed);
    }
    return computed;
  };
}
