import type { ImageDigests } from "../../render-facts.ts";
import { hostOf } from "./qualified-image.ts";

/** The image with the digest that is known of it; as it is where none is, or where it has one. The tag stays, for people. */
export function pinnedImage(image: string, digests: ImageDigests | undefined): string {
  if (digests === undefined || image.includes("@")) return image;
  const path = pathOfImage(image);
  return Object.hasOwn(digests, path) ? `${image}@${digests[path]}` : image;
}

/** `library/redis:7` of `redis:7` and of `docker.io/library/redis:7`. */
export function pathOfImage(image: string): string {
  const host = hostOf(image);
  if (host !== undefined) return image.slice(host.length + 1);
  return image.includes("/") ? image : `library/${image}`;
}
