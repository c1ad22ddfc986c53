#!/usr/bin/env bash
# Copies images into a registry of your own, for every architecture and with their digests, and prints the digests as values of the chart:
#   deploy/mirror-images.sh registry.example.com/mirror [LIST] > digests.yaml
# LIST is a file with an image a line; deploy/images.txt when absent. Needs skopeo, logged in to both registries.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  echo "usage: $0 REGISTRY [LIST]" >&2
  exit 2
fi
registry=${1%/}
list=${2:-$(dirname "$0")/images.txt}

echo "imageDigests:"
grep -v -e '^#' -e '^[[:space:]]*$' "$list" | while read -r image; do
  target="$registry/${image#*/}"
  echo "$image to $target" >&2
  skopeo copy --all --preserve-digests --quiet "docker://$image" "docker://$target" </dev/null >&2
  digest=$(skopeo inspect --no-tags --format '{{.Digest}}' "docker://$target" </dev/null)
  case $image in
    # The chart has a value of its own for the operator.
    */prism-operator:*) echo "# image.digest: $digest" ;;
    *) printf '  "%s": "%s"\n' "$image" "$digest" ;;
  esac
done
