import { createHash, randomBytes } from "node:crypto";
import type { SecretSource } from "./controller/generated-secrets.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** 43 characters of 62 hold the 256 bits of 32 random bytes (REC-8). */
const PASSWORD_LENGTH = 43;
/** The largest multiple of 62 in a byte: bytes above it would make some characters likelier. */
const FAIR_BELOW = 248;

/** Secret values from the system's cryptographic random source. */
export const secretSource: SecretSource = {
  password: () => {
    let password = "";
    while (password.length < PASSWORD_LENGTH) {
      for (const byte of randomBytes(PASSWORD_LENGTH)) {
        if (byte < FAIR_BELOW) password += ALPHABET[byte % ALPHABET.length];
      }
    }
    return password.slice(0, PASSWORD_LENGTH);
  },
  clusterId: () => {
    // Kafka's tools take an id with a leading dash for an option (org.apache.kafka.common.Uuid.randomUuid).
    for (;;) {
      const id = randomBytes(16).toString("base64url");
      if (!id.startsWith("-")) return id;
    }
  },
  base64: (text) => Buffer.from(text, "utf8").toString("base64"),
};

/** SHA-256 in base64url: 43 characters, fit for an annotation. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
