/** Base64 of a text's UTF-8 bytes, as Secret `data` holds it (`stringData` would differ from what is read back). */
export function base64(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}
