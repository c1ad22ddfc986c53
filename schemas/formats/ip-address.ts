/**
 * Addresses. The formats `ipv4` and `cidr` use Kubernetes' sloppy parser (k8s.io/utils/net), which takes leading zeros;
 * `ipv6` uses Go's strict one (net/netip).
 */

const OCTET = /^\d+$/;
const HEX = /^[0-9a-fA-F]+$/;
const BYTES = "[0-9a-fA-F]{2}";
/** Lengths of hardware addresses in bytes: EUI-48, EUI-64, IP over InfiniBand. */
const MAC_BYTES = [6, 8, 20];

/** An IPv4 address, or an IPv6 address that ends in one. */
export function isIpv4(text: string): boolean {
  return text.includes(".") && isSloppyIp(text);
}

/** A strict IPv6 address without a zone. */
export function isIpv6(text: string): boolean {
  return isIpv6Text(text, isStrictIpv4, 4);
}

/** A strict address of either family; zones are the caller's. */
export function isStrictIp(text: string): boolean {
  return isStrictIpv4(text) || isIpv6(text);
}

/** An address and a prefix length. */
export function isCidr(text: string): boolean {
  const slash = text.indexOf("/");
  if (slash === -1) {
    return false;
  }
  const address = text.slice(0, slash);
  const prefix = text.slice(slash + 1);
  const isShort = isSloppyIpv4(address);
  return (
    (isShort || isIpv6Text(address, isSloppyIpv4, MAX_TEXT)) &&
    isNumberUpTo(prefix, isShort ? 32 : 128)
  );
}

/** A hardware address with colons, dashes, dots or no separator. */
export function isMac(text: string): boolean {
  return MAC_BYTES.some((count) => {
    const pairs = new RegExp(`^${BYTES}([:-])${BYTES}(?:\\1${BYTES}){${count - 2}}$`);
    const quads = new RegExp(`^(?:${BYTES}${BYTES}\\.){${count / 2 - 1}}${BYTES}${BYTES}$`);
    const plain = new RegExp(`^(?:${BYTES}){${count}}$`);
    return pairs.test(text) || quads.test(text) || plain.test(text);
  });
}

/** Longer than any address that the sloppy parser takes seriously: its numbers overflow at 0xFFFFFF. */
const MAX_TEXT = 64;

function isSloppyIp(text: string): boolean {
  return text.includes(":") && text.indexOf(":") < (text.indexOf(".") + 1 || text.length)
    ? isIpv6Text(text, isSloppyIpv4, MAX_TEXT)
    : isSloppyIpv4(text);
}

function isSloppyIpv4(text: string): boolean {
  const octets = text.split(".", 5);
  return octets.length === 4 && octets.every((octet) => isNumberUpTo(octet, 255));
}

function isStrictIpv4(text: string): boolean {
  const octets = text.split(".", 5);
  return (
    octets.length === 4 &&
    octets.every((octet) => isNumberUpTo(octet, 255) && (octet === "0" || !octet.startsWith("0")))
  );
}

function isNumberUpTo(text: string, most: number): boolean {
  return text.length <= MAX_TEXT && OCTET.test(text) && Number(text) <= most;
}

/** Groups of hex digits, at most one `::`, and possibly an IPv4 address in place of the last two groups. */
function isIpv6Text(
  text: string,
  isEmbedded: (tail: string) => boolean,
  maxDigits: number,
): boolean {
  if (text.length > MAX_TEXT * 2 || !text.includes(":")) {
    return false;
  }
  const halves = text.split("::");
  if (halves.length > 2) {
    return false;
  }
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1) ?? [];
  const tail = last.at(-1) ?? "";
  let count = groups.flat().length;
  if (tail.includes(".")) {
    if (!isEmbedded(tail)) {
      return false;
    }
    last.pop();
    count++;
  }
  const isHex = groups
    .flat()
    .every(
      (group) => HEX.test(group) && group.length <= maxDigits && parseInt(group, 16) <= 0xffff,
    );
  return isHex && (halves.length === 2 ? count < 8 : count === 8);
}
