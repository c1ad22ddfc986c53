/** Formats with check digits, and base64 (kube-openapi pkg/internal/third_party/govalidator). */

const CARD =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/;
const SPACES_AND_MINUS = /[\t\n\f\r -]+/g;
const NOT_BASE64 = /[^A-Za-z0-9+/=]/;

/** A card number of a known issuer with a correct Luhn digit; everything but digits is ignored. */
export function isCreditCard(text: string): boolean {
  const digits = text.replace(/[^0-9]+/g, "");
  if (!CARD.test(digits)) {
    return false;
  }
  let sum = 0;
  for (const [at, digit] of [...digits].reverse().entries()) {
    const value = at % 2 === 0 ? Number(digit) : Number(digit) * 2;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** An ISBN-10 with its check digit; spaces and dashes are ignored. */
export function isIsbn10(text: string): boolean {
  const digits = text.replace(SPACES_AND_MINUS, "");
  if (!/^(?:[0-9]{9}X|[0-9]{10})$/.test(digits)) {
    return false;
  }
  const sum = [...digits].reduce(
    (total, digit, at) => total + (digit === "X" ? 100 : (at === 9 ? 10 : at + 1) * Number(digit)),
    0,
  );
  return sum % 11 === 0;
}

/** An ISBN-13 with its check digit; spaces and dashes are ignored. */
export function isIsbn13(text: string): boolean {
  const digits = text.replace(SPACES_AND_MINUS, "");
  if (!/^[0-9]{13}$/.test(digits)) {
    return false;
  }
  const sum = [...digits].reduce(
    (total, digit, at) => total + (at % 2 === 0 ? 1 : 3) * Number(digit),
    0,
  );
  return sum % 10 === 0;
}

/** Standard base64 with padding; the empty string is none. No backtracking: the text may be megabytes long. */
export function isBase64(text: string): boolean {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const firstPadding = text.indexOf("=");
  return (
    text.length > 0 &&
    text.length % 4 === 0 &&
    !NOT_BASE64.test(text) &&
    (firstPadding === -1 ? padding === 0 : firstPadding === text.length - padding)
  );
}
