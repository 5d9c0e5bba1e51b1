#!/bin/sh
# graphviz.sh FILE.dot...: Graphviz reads each and has nothing to say of it. Skipped, by name, where there is no Graphviz.
set -u
command -v dot >/dev/null || { echo "skipped: no dot here: apt-get install graphviz"; exit 0; }
failed=0
for file in "$@"; do
  said=$(dot -Tcanon -o /dev/null "$file" 2>&1) && [ -z "$said" ] && continue
  echo "$file: $said"
  failed=1
done
exit $failed
