/** What one evaluation holds: variables, the slots of comprehensions, and its cost. */
import { COST_LIMIT } from "./cost.ts";
import { CelError, type CelValue } from "./values/cel-value.ts";

/** A compiled expression: never throws, errors are values. */
export type Evaluate = (frame: Frame) => CelValue;

const exceeded = new CelError("operation cancelled: actual cost limit exceeded");

/** One evaluation of one rule. Rules do not nest, so a compiled rule keeps one frame for all its evaluations. */
export class Frame {
  self: CelValue = null;
  /** undefined when the rule runs without a variable oldSelf */
  oldSelf: CelValue | undefined = undefined;
  readonly slots: CelValue[] = [];
  /** In cel-go's units. */
  cost = 0;
  /** Work that cel-go does not charge for; it has the same limit, so that time stays bounded. */
  #effort = 0;

  start(self: CelValue, oldSelf: CelValue | undefined): void {
    this.self = self;
    this.oldSelf = oldSelf;
    this.cost = 0;
    this.#effort = 0;
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

  /** As `spend`, for work that is not charged. */
  exert(effort: number): CelError | undefined {
    this.#effort += effort;
    return this.#effort > COST_LIMIT ? exceeded : undefined;
  }

  get isExhausted(): boolean {
    return this.cost > COST_LIMIT || this.#effort > COST_LIMIT;
  }
}
