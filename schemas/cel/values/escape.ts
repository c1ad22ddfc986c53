/** How property names appear in CEL: k8s.io/apiserver/pkg/cel/escaping.go. */

const RESERVED = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);
const SEQUENCES: Readonly<Record<string, string>> = {
  underscores: "__",
  dot: ".",
  dash: "-",
  slash: "/",
};

/** The CEL identifier of a property (`a-b` is `a__dash__b`); undefined when it has none. */
export function escapeName(name: string): string | undefined {
  if (RESERVED.has(name)) {
    return `__${name}__`;
  }
  if (!/^[a-zA-Z_.\-/][a-zA-Z0-9_.\-/]*$/.test(name)) {
    return undefined;
  }
  return name.replace(/__|[-./]/g, (found) => {
    const word = Object.keys(SEQUENCES).find((key) => SEQUENCES[key] === found);
    return `__${word}__`;
  });
}

/** The property a CEL identifier stands for; undefined for an unknown sequence. */
export function unescapeName(identifier: string): string | undefined {
  if (!identifier.includes("__")) {
    return identifier;
  }
  let known = true;
  const name = identifier.replace(/__[^_]+__/g, (sequence) => {
    const word = sequence.slice(2, -2);
    const isReserved = RESERVED.has(word) && sequence === identifier;
    known &&= isReserved || Object.hasOwn(SEQUENCES, word);
    return isReserved ? word : (SEQUENCES[word] ?? "");
  });
  return known ? name : undefined;
}
