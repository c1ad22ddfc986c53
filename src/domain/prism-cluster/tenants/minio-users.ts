/** What a MinIO is told of its tenants: a user, a bucket and a policy each. */
import { bucketOf, type Login, USERS_PATH } from "./tenant.ts";

/** A policy a tenant on its bucket alone. */
export function minioFiles(logins: readonly Login[]): Readonly<Record<string, string>> {
  const policies = logins.map(({ tenant }): [string, string] => [
    `${tenant.user}.json`,
    bucketPolicy(bucketOf(tenant)),
  ]);
  const lines = logins.map(({ tenant, password }) => {
    return `tenant ${tenant.user} ${password} ${bucketOf(tenant)}\n`;
  });
  return {
    ...Object.fromEntries(policies),
    "users.sh": MINIO_FUNCTIONS + lines.join("") + MINIO_END,
  };
}

function bucketPolicy(bucket: string): string {
  const resource = `arn:aws:s3:::${bucket}`;
  const Statement = [
    { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: [resource] },
    {
      Effect: "Allow",
      Action: [
        "s3:GetObject",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
      ],
      Resource: [`${resource}/*`],
    },
  ];
  return `${JSON.stringify({ Version: "2012-10-17", Statement }, undefined, 2)}\n`;
}

/**
 * Users whose tenant is gone are switched off; their buckets stay. MinIO's image (UBI micro) has the shell and coreutils beside
 * its own programs: no grep, no sed. Passwords go by standard input, since command lines can be read by others.
 */
const MINIO_FUNCTIONS = `set -e
known=" "
tenant() {
  mc mb --ignore-existing "prism/$3"
  printf '%s\\n%s\\n' "$1" "$2" | mc admin user add prism
  mc admin policy create prism "$1" "${USERS_PATH}/$1.json"
  mc admin policy attach prism "$1" --user "$1" || attached "$1"
  known="$known$1 "
}
attached() {
  case $(mc admin policy entities prism --user "$1" --json | tr -d ' \\n') in
    *"\\"policies\\":[\\"$1\\"]"*) ;;
    *) return 1 ;;
  esac
}
`;
const MINIO_END = `mc admin user list prism --json | while read -r line; do
  user=\${line#*'"accessKey":"'}
  user=\${user%%'"'*}
  case $user in tenant_*) ;; *) continue ;; esac
  case "$known" in *" $user "*) ;; *) mc admin user disable prism "$user" ;; esac
done
`;
