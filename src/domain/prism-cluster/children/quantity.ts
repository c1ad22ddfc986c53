/** Kubernetes quantities (apimachinery `resource.Quantity`), as far as sizes and resources need them. */

const PARTS = /^(\d*)(?:\.(\d*))?(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?\d{1,2}))?$/;
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const NANO = 10n ** 9n;

interface Parsed {
  /** Value in billionths, rounded up, which is the finest a quantity knows. */
  readonly nano: bigint;
  readonly format: "binary" | "decimal" | "exponent";
}

function parse(text: string): Parsed | undefined {
  const match = PARTS.exec(text);
  const [, whole = "", fraction = "", suffix = "", exponent] = match ?? [];
  if (match === null || whole + fraction === "") return undefined;
  const digits = BigInt(whole + fraction);
  const binary = BINARY.indexOf(suffix);
  if (binary > 0) {
    const nano = ceilDiv(digits * 1024n ** BigInt(binary) * NANO, 10n ** BigInt(fraction.length));
    return { nano, format: "binary" };
  }
  const scale = Number(exponent ?? 3 * (DECIMAL.indexOf(suffix) - 3)) + 9 - fraction.length;
  const nano = scale >= 0 ? digits * 10n ** BigInt(scale) : ceilDiv(digits, 10n ** BigInt(-scale));
  return { nano, format: exponent === undefined ? "decimal" : "exponent" };
}

function ceilDiv(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

/** The text that the API server stores for a quantity: `1000m` becomes `1`. Text that is none stays as it is. */
export function canonicalQuantity(text: string): string {
  const parsed = parse(text);
  if (parsed === undefined) return text;
  const { nano, format } = parsed;
  // Below 1024 binary suffixes say nothing, and apimachinery falls back to decimal ones.
  if (format === "binary" && nano >= 1024n * NANO) {
    const [bytes, power] = reduce(ceilDiv(nano, NANO), 1024n, BINARY.length - 1);
    return `${bytes}${BINARY[power]}`;
  }
  if (nano === 0n) return "0";
  const [amount, power] = reduce(nano, 1000n, DECIMAL.length - 1);
  if (format !== "exponent") return `${amount}${DECIMAL[power]}`;
  return power === 3 ? `${amount}` : `${amount}e${3 * (power - 3)}`;
}

/** Divides while nothing is lost; answers what is left and how often it was divided. */
function reduce(amount: bigint, by: bigint, most: number): readonly [bigint, number] {
  let left = amount;
  let times = 0;
  while (times < most && left % by === 0n) {
    left /= by;
    times += 1;
  }
  return [left, times];
}

/** The larger of two sizes in canonical form; the first where the second is missing or unreadable. */
export function largerQuantity(first: string, second: string | undefined): string {
  const a = parse(first)?.nano ?? 0n;
  const b = second === undefined ? 0n : (parse(second)?.nano ?? 0n);
  return canonicalQuantity(b > a && second !== undefined ? second : first);
}

/** Value in whole units, rounded down, for example the bytes of a size; undefined for text that is no quantity. */
export function wholeUnits(text: string): number | undefined {
  const parsed = parse(text);
  return parsed === undefined ? undefined : Number(parsed.nano / NANO);
}
