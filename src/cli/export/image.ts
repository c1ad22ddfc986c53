/** Image references, as far as their parts stand in a PrismCluster. */

/** `registry/path/name:tag@digest`. */
export interface Image {
  readonly text: string;
  /** Everything in front of the name, without the slash; empty for Docker Hub's own images. */
  readonly prefix: string;
  readonly name: string;
  /** `latest` where there is neither tag nor digest: that is what runs. */
  readonly tag: string;
  readonly isPinned: boolean;
}

/** Takes a reference apart (distribution/reference); any text gives something. */
export function readImage(text: string): Image {
  const [reference = "", digest] = text.split("@");
  const slash = reference.lastIndexOf("/");
  const last = reference.slice(slash + 1);
  const colon = last.indexOf(":");
  const prefix = slash === -1 ? "" : reference.slice(0, slash);
  return {
    text,
    prefix: prefix.replace(
      /^(docker\.io\/library|docker\.io|index\.docker\.io\/library|library)$/,
      "",
    ),
    name: colon === -1 ? last : last.slice(0, colon),
    tag: colon === -1 ? "latest" : last.slice(colon + 1),
    isPinned: digest !== undefined,
  };
}
