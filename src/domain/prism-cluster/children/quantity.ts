/** Quantities as children need them: in the words of the API server, and as numbers. */
import { compareQuantities, readQuantity } from "../../quantity.ts";

const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL = ["m", "", "k", "M", "G", "T", "P", "E"];
/** The finest amount in a resource list is a thousandth; more precise ones are rounded up (`SetDefaults_ResourceList`, pkg/apis/core/v1). */
const MILLI = 10n ** 3n;

/**
 * The text that the API server stores for an amount in a resource list (`Quantity.CanonicalizeBytes`): `1000m` becomes `1`. Text
 * that is none stays as it is. With other words in our intent, every comparison with the live object would find a difference.
 */
export function canonicalQuantity(text: string): string {
  const quantity = readQuantity(text);
  if (quantity === undefined) return text;
  const milli = ceilDiv(quantity.units * MILLI, quantity.scale);
  if (milli === 0n) return "0";
  // Without a whole Ki a binary suffix says nothing: the stored text has none, and read again it is decimal.
  if (text.endsWith("i") && milli % (1024n * MILLI) === 0n) {
    const [bytes, power] = reduce(milli / MILLI, 1024n, BINARY.length - 1);
    return `${bytes}${BINARY[power]}`;
  }
  const [amount, power] = reduce(milli, 1000n, DECIMAL.length - 1);
  if (!/[eE][+-]?\d/.test(text)) return `${amount}${DECIMAL[power]}`;
  return power === 1 ? `${amount}` : `${amount}e${3 * (power - 1)}`;
}

function ceilDiv(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
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
  const a = readQuantity(first);
  const b = readQuantity(second);
  if (a === undefined || b === undefined || second === undefined) return canonicalQuantity(first);
  return canonicalQuantity(compareQuantities(b, a) > 0 ? second : first);
}

/** Value in whole units, rounded down, for example the bytes of a size; undefined for text that is no quantity. */
export function wholeUnits(text: string): number | undefined {
  const quantity = readQuantity(text);
  return quantity && Number(quantity.units / quantity.scale);
}
