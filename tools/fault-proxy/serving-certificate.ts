import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate that signs itself, in PEM. */
export interface ServingCertificate {
  readonly certificate: string;
  readonly key: string;
}

const dayMs = 86_400_000;

/** Makes a certificate for names and addresses that holds from an hour before to a day after the time given. */
export async function servingCertificate(
  now: Date,
  names: readonly string[] = ["127.0.0.1"],
): Promise<ServingCertificate> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: "CN=loopback",
      keys,
      signingAlgorithm: algorithm,
      notBefore: new Date(now.getTime() - dayMs / 24),
      notAfter: new Date(now.getTime() + dayMs),
      extensions: [
        new SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value })),
        ),
      ],
    },
    webcrypto,
  );
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    certificate: certificate.toString("pem"),
    key: PemConverter.encode(key, PemConverter.PrivateKeyTag),
  };
}
