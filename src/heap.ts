/** How V8 keeps the operator's objects; set before anything else is loaded. */
import { setFlagsFromString } from "node:v8";

const YOUNG = "--max-semi-space-size";
/**
 * Arguments of `node` for the operator: they cannot be set later. Under load the young generation grows to 4 MiB and is
 * given back at rest. A review leaves a tenth of a megabyte of garbage: in 1 MiB a third of its time goes into collecting it.
 */
export const NODE_ARGUMENTS: readonly string[] = [`${YOUNG}=4`];

/**
 * The operator holds many small objects for long: a heap that grows by a fifth at a time saves a quarter of its memory with
 * hundreds of clusters (docs/endurance.md). `--optimize-for-size` saves no more, and costs a new object a third of its time.
 */
const GROWS_LATE = "--heap-growing-percent=20";
/** Where nobody bounded the young generation it stays at 1 MiB: V8 would let it grow to 32. */
const STAYS_YOUNG = "--semi-space-growth-factor=1";

/** Sets the flags of this process, which `node` started with these arguments. */
export function tuneHeap(nodeArguments: readonly string[]): void {
  setFlagsFromString(GROWS_LATE);
  if (!nodeArguments.some((one) => one.startsWith(YOUNG))) setFlagsFromString(STAYS_YOUNG);
}
