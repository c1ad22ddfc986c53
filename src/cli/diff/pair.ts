/** Which state of one side is the same object as which of the other. */
import type { State } from "./comparison.ts";

/** An object's two states; one that is missing is one that is not there. */
export interface Pair {
  readonly before: State | undefined;
  readonly after: State | undefined;
}

/**
 * Pairs objects by kind, namespace and name. Where each side has one object of a kind, these are compared whatever
 * their names are: that of a test stage with that of production.
 */
export function pairs(before: readonly State[], after: readonly State[]): readonly Pair[] {
  const names = new Set([...before, ...after].map(identityOf));
  const exact = [...names].map((name) => ({
    before: before.find((state) => identityOf(state) === name),
    after: after.find((state) => identityOf(state) === name),
  }));
  return joinSingles(exact);
}

function joinSingles(found: readonly Pair[]): readonly Pair[] {
  const kinds = new Set(found.map(kindOf));
  return [...kinds].flatMap((kind) => {
    const ofKind = found.filter((pair) => kindOf(pair) === kind);
    const [removed, ...moreRemoved] = ofKind.filter(({ after }) => after === undefined);
    const [added, ...moreAdded] = ofKind.filter(({ before }) => before === undefined);
    const isSingle = ofKind.length === 2 && moreRemoved.length + moreAdded.length === 0;
    if (!isSingle || removed === undefined || added === undefined) return ofKind;
    return [{ before: removed.before, after: added.after }];
  });
}

function kindOf({ before, after }: Pair): string {
  return (after ?? before)?.object.hub.kind ?? "";
}

function identityOf({ object: { hub } }: State): string {
  return JSON.stringify([hub.kind, hub.metadata.namespace, hub.metadata.name]);
}
