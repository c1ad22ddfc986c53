/** IP addresses: k8s.io/apiserver/pkg/cel/library/ip.go. */
import { goQuote } from "../../go-text.ts";
import { CelError, CelOpaque, type CelValue, NO_SUCH_OVERLOAD } from "../values/cel-value.ts";
import { type CelFunction, global, instance, member, string, takes1 } from "./function.ts";
import { type Address, addressText, isIpv4InIpv6, parseAddress } from "./ip-address.ts";

/** The value of `ip("10.0.0.1")`. */
export class Ip extends CelOpaque {
  readonly typeName = "net.IP";
  readonly goType = "cel.IP";
  override readonly costSize: number;
  readonly address: Address;

  constructor(address: Address) {
    super();
    this.address = address;
    this.costSize = address.bytes.length;
  }

  equal(other: CelValue): CelValue {
    if (!(other instanceof Ip)) {
      return other instanceof CelError ? other : new CelError(NO_SUCH_OVERLOAD);
    }
    return addressText(this.address) === addressText(other.address);
  }
}

const ip = instance(Ip);

/** ip, isIP, ip.isCanonical, string(ip), family, isUnspecified, isLoopback, isLinkLocal..., isGlobalUnicast. */
export function ipFunctions(): CelFunction[] {
  return [
    ...global("ip", takes1(string, parseIp)),
    ...global(
      "isIP",
      takes1(string, (text) => parseIp(text) instanceof Ip),
    ),
    ...global("ip.isCanonical", takes1(string, isCanonical)),
    ...global(
      "string",
      takes1(ip, ({ address }) => addressText(address)),
    ),
    ...member(
      "family",
      takes1(ip, ({ address }) => (address.bytes.length === 4 ? 4 : 6)),
    ),
    ...Object.entries(TESTS).flatMap(([name, test]) =>
      member(
        name,
        takes1(ip, ({ address }) => test(address.bytes)),
      ),
    ),
  ];
}

/** Zones and IPv4 addresses mapped into IPv6 are refused. */
export function parseIp(text: string): Ip | CelError {
  const address = parseAddress(text);
  if (typeof address === "string") {
    return new CelError(
      `IP Address ${goQuote(text)} parse error during conversion from string: ${address}`,
    );
  }
  if (address.zone !== "") {
    return new CelError(`IP address ${goQuote(text)} with zone value is not allowed`);
  }
  return isIpv4InIpv6(address)
    ? new CelError(`IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`)
    : new Ip(address);
}

function isCanonical(text: string): CelValue {
  const parsed = parseIp(text);
  return parsed instanceof Ip ? addressText(parsed.address) === text : parsed;
}

type Bytes = readonly number[];

/** Address classes, each for IPv4 and IPv6 (netip.Addr). */
const TESTS: Readonly<Record<string, (bytes: Bytes) => boolean>> = {
  isUnspecified,
  isLoopback,
  isLinkLocalUnicast,
  isLinkLocalMulticast: (bytes) =>
    isV4(bytes) ? startsWith(bytes, [224, 0, 0]) : bytes[0] === 255 && ((bytes[1] ?? 0) & 15) === 2,
  isGlobalUnicast: (bytes) =>
    !isUnspecified(bytes) &&
    !isLoopback(bytes) &&
    !isLinkLocalUnicast(bytes) &&
    !isMulticast(bytes) &&
    !(isV4(bytes) && bytes.every((byte) => byte === 255)),
};

function isV4(bytes: Bytes): boolean {
  return bytes.length === 4;
}

function startsWith(bytes: Bytes, start: Bytes): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function isUnspecified(bytes: Bytes): boolean {
  return bytes.every((byte) => byte === 0);
}

function isLoopback(bytes: Bytes): boolean {
  return isV4(bytes) ? bytes[0] === 127 : isUnspecified(bytes.slice(0, 15)) && bytes[15] === 1;
}

function isLinkLocalUnicast(bytes: Bytes): boolean {
  return isV4(bytes)
    ? startsWith(bytes, [169, 254])
    : bytes[0] === 254 && ((bytes[1] ?? 0) & 192) === 128;
}

function isMulticast(bytes: Bytes): boolean {
  return isV4(bytes) ? ((bytes[0] ?? 0) & 240) === 224 : bytes[0] === 255;
}
