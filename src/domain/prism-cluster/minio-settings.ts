/** What the Secret of a MinIO says, and everybody logs in with. */
const LOGIN: ReadonlySet<string> = new Set(["MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"]);

/** MinIO takes settings as variables: `browser` is `MINIO_BROWSER`. */
export function minioVariable(key: string): string {
  const name = key.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_");
  return name.startsWith("MINIO_") ? name : `MINIO_${name}`;
}

/** Whether a setting is not the user's. */
export function isMinioOwned(key: string): boolean {
  return LOGIN.has(minioVariable(key));
}
