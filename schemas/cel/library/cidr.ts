/** IP networks: k8s.io/apiserver/pkg/cel/library/cidr.go. */
import { goQuote } from "../../go-text.ts";
import { CelError, CelOpaque, type CelValue, NO_SUCH_OVERLOAD } from "../values/cel-value.ts";
import { type CelFunction, global, instance, member, string, takes1, takes2 } from "./function.ts";
import { Ip, parseIp } from "./ip.ts";
import {
  addressText,
  isIpv4InIpv6,
  maskAddress,
  type Prefix,
  parsePrefix,
  prefixContains,
} from "./ip-address.ts";

/** The value of `cidr("10.0.0.0/8")`. */
class Cidr extends CelOpaque {
  readonly typeName = "net.CIDR";
  readonly goType = "cel.CIDR";
  override readonly costSize: number;
  readonly prefix: Prefix;

  constructor(prefix: Prefix) {
    super();
    this.prefix = prefix;
    this.costSize = Math.ceil(prefix.bits / 8);
  }

  equal(other: CelValue): CelValue {
    if (!(other instanceof Cidr)) {
      return other instanceof CelError ? other : new CelError(NO_SUCH_OVERLOAD);
    }
    return prefixText(this.prefix) === prefixText(other.prefix);
  }
}

const cidr = instance(Cidr);
const ip = instance(Ip);

/** cidr, isCIDR, string(cidr), ip, prefixLength, masked, containsIP, containsCIDR. */
export function cidrFunctions(): CelFunction[] {
  return [
    ...global("cidr", takes1(string, parseCidr)),
    ...global(
      "isCIDR",
      takes1(string, (text) => parseCidr(text) instanceof Cidr),
    ),
    ...global(
      "string",
      takes1(cidr, ({ prefix }) => prefixText(prefix)),
    ),
    ...member(
      "ip",
      takes1(cidr, ({ prefix }) => new Ip(prefix.address)),
    ),
    ...member(
      "prefixLength",
      takes1(cidr, ({ prefix }) => prefix.bits),
    ),
    ...member(
      "masked",
      takes1(cidr, ({ prefix }) => new Cidr({ ...prefix, address: maskAddress(prefix) })),
    ),
    ...member(
      "containsIP",
      takes2(cidr, string, (network, text) => containsIp(network, parseIp(text))),
      takes2(cidr, ip, containsIp),
    ),
    ...member(
      "containsCIDR",
      takes2(cidr, string, (network, text) => containsCidr(network, parseCidr(text))),
      takes2(cidr, cidr, containsCidr),
    ),
  ];
}

function prefixText({ address, bits }: Prefix): string {
  return `${addressText(address)}/${bits}`;
}

function parseCidr(text: string): Cidr | CelError {
  const prefix = parsePrefix(text);
  const problem = "network address parse error during conversion from string: ";
  if (typeof prefix === "string") {
    // the API server says it twice
    return new CelError(problem + problem + prefix);
  }
  return isIpv4InIpv6(prefix.address)
    ? new CelError(`${problem}IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`)
    : new Cidr(prefix);
}

/** The API server blames the network when the address is no address. */
function containsIp({ prefix }: Cidr, address: Ip | CelError): CelValue {
  return address instanceof Ip
    ? prefixContains(prefix, address.address)
    : new CelError(NO_SUCH_OVERLOAD);
}

function containsCidr({ prefix }: Cidr, other: Cidr | CelError): CelValue {
  return other instanceof Cidr
    ? prefix.bits <= other.prefix.bits && prefixContains(prefix, other.prefix.address)
    : other;
}
