import type { BackendType } from "../../domain/prism-cluster/backend-type.ts";
import { type Image, readImage } from "./image.ts";

/** Names of images that are a backend, whoever builds them. */
const NAMES: Readonly<Record<BackendType, RegExp>> = {
  redis: /^redis(-stack-server|-server)?$/,
  nats: /^nats(-server|-streaming)?$/,
  postgres: /^(postgres|postgresql|postgis|timescaledb)$/,
  minio: /^minio$/,
  kafka: /^(kafka|cp-kafka|kafka-native)$/,
};
/** The image that the operator itself runs, of which the tag alone says the version. */
const OWN: Readonly<Record<BackendType, string>> = {
  redis: "redis",
  nats: "nats",
  postgres: "postgres",
  minio: "minio/minio",
  kafka: "apache/kafka",
};

/** Which backend an image is; undefined when it is none. */
export function backendTypeOf(image: string): BackendType | undefined {
  const { name } = readImage(image);
  return (["redis", "nats", "postgres", "minio", "kafka"] as const).find((type) =>
    NAMES[type].test(name),
  );
}

/** `version` for the operator's own image, `image` for every other. */
export function versionFields(type: BackendType, image: Image): Readonly<Record<string, string>> {
  const full = image.prefix === "" ? image.name : `${image.prefix}/${image.name}`;
  const isOwn = full === OWN[type] && !image.isPinned;
  if (isOwn) return { version: image.tag };
  return { image: image.text };
}
