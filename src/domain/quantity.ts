/** Kubernetes quantities (apimachinery `resource.Quantity`): exact values, no rounding, no floats. */
export interface Quantity {
  /** The value is `units` divided by `scale`, which is a power of ten. */
  readonly units: bigint;
  readonly scale: bigint;
}

/** No quantity in use is longer; digits without end would cost time without end. */
const MAX_LENGTH = 64;
const PARTS = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?\d{1,3}))?$/;

/** What a suffix multiplies by: `times` divided by `per`. */
interface Factor {
  readonly times: bigint;
  readonly per: bigint;
}

const ONE: Factor = { times: 1n, per: 1n };
const SUFFIXES: ReadonlyMap<string, Factor> = new Map<string, Factor>([
  ...["k", "M", "G", "T", "P", "E"].map((suffix, i) => powerOf(suffix, 1000n, i)),
  ...["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((suffix, i) => powerOf(suffix, 1024n, i)),
  ["m", { times: 1n, per: 10n ** 3n }],
  ["u", { times: 1n, per: 10n ** 6n }],
  ["n", { times: 1n, per: 10n ** 9n }],
]);

function powerOf(suffix: string, base: bigint, index: number): [string, Factor] {
  return [suffix, { times: base ** BigInt(index + 1), per: 1n }];
}

/** Reads a quantity as a resource list or a size has it, a text or an integer; undefined for anything else. */
export function readQuantity(value: unknown): Quantity | undefined {
  if (typeof value === "bigint") return { units: value, scale: 1n };
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? { units: BigInt(value), scale: 1n } : undefined;
  }
  return typeof value === "string" ? parseOnce(value) : undefined;
}

/** Quantities repeat within an object and from one to the next; reading one costs as much as a rule. */
const MAX_KNOWN = 512;
const known = new Map<string, Quantity | undefined>();

function parseOnce(text: string): Quantity | undefined {
  const before = known.get(text);
  if (before !== undefined || text.length > MAX_LENGTH) return before;
  const quantity = parse(text);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(text, quantity);
  return quantity;
}

function parse(text: string): Quantity | undefined {
  const match = PARTS.exec(text);
  const [, sign = "", whole = "", fraction = "", suffix = "", exponent] = match ?? [];
  if (match === null || whole + fraction === "") return undefined;
  const digits = BigInt(sign + whole + fraction);
  const factor =
    exponent === undefined ? (SUFFIXES.get(suffix) ?? ONE) : powerOfTen(Number(exponent));
  const { times, per } = factor;
  return {
    units: digits * times,
    scale: fraction === "" ? per : per * 10n ** BigInt(fraction.length),
  };
}

function powerOfTen(exponent: number): Factor {
  return exponent >= 0
    ? { times: 10n ** BigInt(exponent), per: 1n }
    : { times: 1n, per: 10n ** BigInt(-exponent) };
}

/** Negative where `a` is less, zero where both are equal, positive where `a` is more. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  if (a === b) return 0;
  const left = a.units * b.scale;
  const right = b.units * a.scale;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Whether the value is a whole number, as an amount of bytes must be. */
export function isWhole({ units, scale }: Quantity): boolean {
  return scale === 1n || units % scale === 0n;
}
