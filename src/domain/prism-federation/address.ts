/** The kinds of addresses that a member may have, as DNS tells them apart. */
export type AddressKind = "A" | "AAAA" | "CNAME";

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const HOST = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+\.?$/i;

/** Which record an address belongs into; undefined for what is none. */
export function addressKindOf(text: string): AddressKind | undefined {
  if (IPV4.test(text)) return "A";
  if (text.includes(":")) return URL.canParse(`http://[${text}]/`) ? "AAAA" : undefined;
  return text.length <= 253 && HOST.test(text) && !/^[\d.]+$/.test(text) ? "CNAME" : undefined;
}

/** The addresses of one kind, sorted, each once. */
export function addressesOf(kind: AddressKind, addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses.filter((one) => addressKindOf(one) === kind))].toSorted();
}
