/** The state of one validation: where it stands, and what it found. Compiled checks share it, so that a valid object costs no allocation. */
import type { Correlation } from "../correlation.ts";
import type { JsonValue } from "../json.ts";
import { invalid, NOWHERE, type Problem, type Where } from "../problem.ts";

/**
 * A compiled check of one schema node. It reports faults to the run and returns how many sub-checks matched: kube-openapi
 * chooses by that number which branch of an `anyOf` it explains.
 */
export type Check = (value: JsonValue, run: Run, old: Correlation | undefined) => number;

/** The place of a fault, with the name that kube-openapi's messages carry (`spec.x`; empty at the root). */
export interface Spot extends Where {
  readonly name: string;
}

interface Fault {
  /** Go's error text. Equal texts are reported once. */
  readonly text: string;
  readonly problem: Problem;
}

/** One run over one object. */
export class Run {
  readonly path: (string | number)[] = [];
  /** Faults found so far, also those of branches that are only tried. */
  failures = 0;
  /** Above zero while a branch is only tried: faults are counted, and not described. */
  quiet = 0;
  readonly #faults: Fault[] = [];
  readonly #isRootMap: boolean;

  /** `isRootMap`: the root's keys are those of a map, whose names kube-openapi prints with a leading dot. */
  constructor(isRootMap = false) {
    this.#isRootMap = isRootMap;
  }

  /** Reports a fault at the current place, or below it at `child`. */
  fail(describe: (spot: Spot) => { readonly text: string; readonly problem: Problem }): void {
    this.failures++;
    if (this.quiet === 0) {
      this.#faults.push(describe(this.spot()));
    }
  }

  /** Reports a fault that the API server gives no field (`<nil>`). */
  failNowhere(text: (name: string) => string): void {
    this.fail((spot) => {
      const detail = text(spot.name);
      return { text: detail, problem: { ...invalid(NOWHERE, "", detail), path: spot.path } };
    });
  }

  /** A mark to which `rewind` returns. */
  mark(): { readonly failures: number; readonly faults: number } {
    return { failures: this.failures, faults: this.#faults.length };
  }

  /** Forgets what was reported since the mark. */
  rewind(mark: { readonly failures: number; readonly faults: number }): void {
    this.failures = mark.failures;
    this.#faults.length = mark.faults;
  }

  /** The faults in the order found, each text once. */
  problems(): Problem[] {
    const texts = new Set<string>();
    return this.#faults
      .filter(({ text }) => !texts.has(text) && texts.add(text))
      .map(({ problem }) => problem);
  }

  /** The current place; with a key, the place below it. */
  spot(child?: string): Spot {
    const path = child === undefined ? [...this.path] : [...this.path, child];
    const name = printName(path, this.#isRootMap || (child !== undefined && path.length === 1));
    const field = name.startsWith(".") ? name.slice(1) : name;
    return { path, name, field: field === "" ? "<nil>" : field };
  }
}

function printName(path: readonly (string | number)[], leadingDot: boolean): string {
  let name = "";
  for (const segment of path) {
    if (typeof segment === "number") {
      name += `[${segment}]`;
    } else {
      name += name === "" && !leadingDot ? segment : `.${segment}`;
    }
  }
  return name;
}
