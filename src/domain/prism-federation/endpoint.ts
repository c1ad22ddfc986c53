/** The address of an API server in one way of writing; undefined for what is no https URL without user information. */
export function serverOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, username, password, host, pathname, search, hash } = new URL(text);
  if (protocol !== "https:" || username !== "" || password !== "") return undefined;
  if (search !== "" || hash !== "") return undefined;
  return `https://${host}${pathname.replace(/\/+$/, "")}`;
}

/** Whether two addresses lead to the same server: case of the host, the default port and a slash at the end do not count. */
export function sameServer(a: string, b: string): boolean {
  const server = serverOf(a);
  return server !== undefined && server === serverOf(b);
}
