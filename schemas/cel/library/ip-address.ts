/** IP addresses and prefixes as bytes: Go's net/netip, with its error texts. */
import { goQuote } from "../../go-text.ts";

/** 4 or 16 bytes, and the zone of an IPv6 address where it has one. */
export interface Address {
  readonly bytes: readonly number[];
  readonly zone: string;
}

/** An address and the length of its network part. */
export interface Prefix {
  readonly address: Address;
  readonly bits: number;
}

const IPV4_BYTES = 4;
const IPV6_GROUPS = 8;

class AddressError {
  readonly message: string;
  readonly at: string;

  constructor(message: string, at = "") {
    this.message = message;
    this.at = at;
  }
}

/** netip.ParseAddr; a text is its error. */
export function parseAddress(text: string): Address | string {
  const parsed = parseAny(text);
  if (!(parsed instanceof AddressError)) {
    return parsed;
  }
  const at = parsed.at === "" ? "" : ` (at ${goQuote(parsed.at)})`;
  return `ParseAddr(${goQuote(text)}): ${parsed.message}${at}`;
}

function parseAny(text: string): Address | AddressError {
  const mark = /[.:%]/.exec(text)?.[0];
  if (mark === ":") {
    return parseIpv6(text);
  }
  if (mark !== ".") {
    return new AddressError(mark === "%" ? "missing IPv6 address" : "unable to parse IP");
  }
  const bytes = parseIpv4(text);
  return bytes instanceof AddressError ? bytes : { bytes, zone: "" };
}

function parseIpv4(text: string): number[] | AddressError {
  const fields: number[] = [];
  let digits = "";
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    const isDot = character === ".";
    digits = isDot ? digits : digits + character;
    const problem = isDot
      ? dotProblem(digits, fields.length, text.slice(index))
      : octetProblem(digits, text.slice(index));
    if (problem !== undefined) {
      return problem;
    }
    if (isDot) {
      fields.push(Number(digits));
      digits = "";
    }
  }
  return fields.length < IPV4_BYTES - 1
    ? new AddressError("IPv4 address too short")
    : [...fields, Number(digits)];
}

/** `rest` begins with the dot. */
function dotProblem(digits: string, fields: number, rest: string): AddressError | undefined {
  if (digits === "" || rest === ".") {
    return new AddressError("IPv4 field must have at least one digit", rest);
  }
  return fields === IPV4_BYTES - 1 ? new AddressError("IPv4 address too long") : undefined;
}

/** `rest` begins with the last of the digits. */
function octetProblem(digits: string, rest: string): AddressError | undefined {
  if (!/\d$/.test(digits)) {
    return new AddressError("unexpected character", rest);
  }
  if (digits.length > 1 && digits.startsWith("0")) {
    return new AddressError("IPv4 field has octet with leading zero");
  }
  return Number(digits) > 255 ? new AddressError("IPv4 field has value >255") : undefined;
}

function parseIpv6(text: string): Address | AddressError {
  const percent = text.indexOf("%");
  const zone = percent < 0 ? "" : text.slice(percent + 1);
  if (percent >= 0 && zone === "") {
    return new AddressError("zone must be a non-empty string");
  }
  const groups = parseGroups(percent < 0 ? text : text.slice(0, percent));
  return groups instanceof AddressError
    ? groups
    : { bytes: groups.flatMap((group) => [group >> 8, group & 0xff]), zone };
}

/** The state of netip's loop over the groups of an IPv6 address. */
interface Groups {
  readonly values: number[];
  ellipsis: number;
  rest: string;
}

function parseGroups(text: string): number[] | AddressError {
  const state: Groups = { values: [], ellipsis: -1, rest: text };
  if (text.startsWith("::")) {
    state.ellipsis = 0;
    state.rest = text.slice(2);
  }
  while (state.values.length < IPV6_GROUPS && (state.rest !== "" || state.values.length === 0)) {
    if (state.rest === "" && state.ellipsis === 0) {
      break;
    }
    const problem = takeGroup(state);
    if (problem !== undefined) {
      return problem;
    }
  }
  return state.rest === ""
    ? expand(state)
    : new AddressError("trailing garbage after address", state.rest);
}

function takeGroup(state: Groups): AddressError | undefined {
  const digits = /^[0-9a-fA-F]*/.exec(state.rest)?.[0] ?? "";
  if (digits.length > 4) {
    return new AddressError("each group must have 4 or less digits", state.rest);
  }
  if (digits === "") {
    return new AddressError("each colon-separated field must have at least one digit", state.rest);
  }
  if (state.rest.charAt(digits.length) === ".") {
    return takeEmbedded(state);
  }
  state.values.push(Number.parseInt(digits, 16));
  state.rest = state.rest.slice(digits.length);
  return state.rest === "" ? undefined : takeColon(state);
}

function takeColon(state: Groups): AddressError | undefined {
  if (!state.rest.startsWith(":")) {
    return new AddressError("unexpected character, want colon", state.rest);
  }
  if (state.rest.length === 1) {
    return new AddressError("colon must be followed by more characters", state.rest);
  }
  state.rest = state.rest.slice(1);
  if (state.rest.startsWith(":")) {
    if (state.ellipsis >= 0) {
      return new AddressError("multiple :: in address", state.rest);
    }
    state.ellipsis = state.values.length;
    state.rest = state.rest.slice(1);
  }
  return undefined;
}

function takeEmbedded(state: Groups): AddressError | undefined {
  if (state.ellipsis < 0 && state.values.length !== IPV6_GROUPS - 2) {
    return new AddressError(
      "embedded IPv4 address must replace the final 2 fields of the address",
      state.rest,
    );
  }
  if (state.values.length > IPV6_GROUPS - 2) {
    return new AddressError(
      "too many hex fields to fit an embedded IPv4 at the end of the address",
      state.rest,
    );
  }
  const bytes = parseIpv4(state.rest);
  if (bytes instanceof AddressError) {
    return bytes;
  }
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  state.values.push((a << 8) | b, (c << 8) | d);
  state.rest = "";
  return undefined;
}

function expand({ values, ellipsis }: Groups): number[] | AddressError {
  if (values.length === IPV6_GROUPS) {
    return ellipsis < 0
      ? values
      : new AddressError("the :: must expand to at least one field of zeros");
  }
  if (ellipsis < 0) {
    return new AddressError("address string too short");
  }
  const zeros = new Array<number>(IPV6_GROUPS - values.length).fill(0);
  return values.toSpliced(ellipsis, 0, ...zeros);
}

/** netip.ParsePrefix; a text is its error. */
export function parsePrefix(text: string): Prefix | string {
  const slash = text.lastIndexOf("/");
  const prefix = slash < 0 ? "no '/'" : prefixOf(text.slice(0, slash), text.slice(slash + 1));
  return typeof prefix === "string" ? `netip.ParsePrefix(${goQuote(text)}): ${prefix}` : prefix;
}

function prefixOf(addressText: string, bitsText: string): Prefix | string {
  const address = parseAddress(addressText);
  if (typeof address === "string") {
    return address;
  }
  if (address.zone !== "") {
    return "IPv6 zones cannot be present in a prefix";
  }
  if (!/^(?:0|[1-9]\d*)$/.test(bitsText)) {
    return `bad bits after slash: ${goQuote(bitsText)}`;
  }
  const bits = Number(bitsText);
  return bits > address.bytes.length * 8 ? "prefix length out of range" : { address, bits };
}

/** True for `::ffff:1.2.3.4`. */
export function isIpv4InIpv6({ bytes }: Address): boolean {
  return (
    bytes.length > IPV4_BYTES &&
    bytes.slice(0, 10).every((byte) => byte === 0) &&
    bytes[10] === 255 &&
    bytes[11] === 255
  );
}

/** netip.Addr.String: the canonical form, RFC 5952 for IPv6. */
export function addressText({ bytes }: Address): string {
  if (bytes.length === IPV4_BYTES) {
    return bytes.join(".");
  }
  const groups = Array.from(
    { length: IPV6_GROUPS },
    (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0),
  );
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  const zeros = longestZeros(groups);
  return zeros.length < 2
    ? hex(groups)
    : `${hex(groups.slice(0, zeros.start))}::${hex(groups.slice(zeros.start + zeros.length))}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) {
      end++;
    }
    if (end - start > best.length) {
      best = { start, length: end - start };
    }
  }
  return best;
}

/** The address with everything after the network part zero. */
export function maskAddress({ address, bits }: Prefix): Address {
  return {
    ...address,
    bytes: address.bytes.map((byte, index) => byte & byteMask(bits - 8 * index)),
  };
}

function byteMask(bits: number): number {
  return bits >= 8 ? 255 : bits <= 0 ? 0 : (255 << (8 - bits)) & 255;
}

/** True when the address lies in the network; families never mix. */
export function prefixContains(prefix: Prefix, address: Address): boolean {
  if (prefix.address.bytes.length !== address.bytes.length) {
    return false;
  }
  const network = maskAddress(prefix).bytes;
  const other = maskAddress({ address, bits: prefix.bits }).bytes;
  return network.every((byte, index) => byte === other[index]);
}
