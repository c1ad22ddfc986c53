/**
 * An image that names no registry, from the registry that stands for Docker Hub here: `redis:7` is `<registry>/library/redis:7`. Images that name
 * one stay as they are. Which is which: github.com/distribution/reference, splitDockerDomain.
 */
export function qualifiedImage(image: string, registry: string | undefined): string {
  if (registry === undefined || registry === "") return image;
  if (hostOf(image) !== undefined) return image;
  return image.includes("/") ? `${registry}/${image}` : `${registry}/library/${image}`;
}

/** The registry that an image names, or undefined. */
export function hostOf(image: string): string | undefined {
  const [first = "", ...rest] = image.split("/");
  if (rest.length === 0) return undefined;
  const isHost = first === "localhost" || /[.:]/.test(first) || first !== first.toLowerCase();
  return isHost ? first : undefined;
}
