/** What one evaluation holds: variables, the slots of comprehensions, and its cost. */
import { CelError, type CelValue } from "./values/cel-value.ts";

/** A compiled expression: never throws, errors are values. */
export type Evaluate = (frame: Frame) => CelValue;

/**
 * k8s.io/apiserver/pkg/apis/cel PerCallLimit. We count less than cel-go does (loops, sizes of what is searched), so
 * that whatever exceeds the limit here exceeds it there.
 */
export const COST_LIMIT = 1_000_000;

/** What cel-go charges for sorting elements or telling them apart (ext/lists.go trackListSelfCompare). */
export function pairCost(size: number): number {
  return 2 * size * size;
}

const exceeded = new CelError("operation cancelled: actual cost limit exceeded");

/** One evaluation of one rule. Rules do not nest, so a compiled rule keeps one frame for all its evaluations. */
export class Frame {
  self: CelValue = null;
  /** undefined when the rule runs without a variable oldSelf */
  oldSelf: CelValue | undefined = undefined;
  readonly slots: CelValue[] = [];
  cost = 0;

  start(self: CelValue, oldSelf: CelValue | undefined): void {
    this.self = self;
    this.oldSelf = oldSelf;
    this.cost = 0;
  }

  /** Lets go of the object that was evaluated. */
  release(): void {
    this.self = null;
    this.oldSelf = undefined;
    this.slots.fill(null);
  }

  /** Adds to the cost; the error that ends the evaluation once the limit is passed. */
  spend(cost: number): CelError | undefined {
    this.cost += cost;
    return this.cost > COST_LIMIT ? exceeded : undefined;
  }

  get isExhausted(): boolean {
    return this.cost > COST_LIMIT;
  }
}
