#!/usr/bin/env bash
# Checks that the tests would notice: builds a copy of the tree with the faults in
# tests/mutants/*.patch, each behind AGENTGEN_MUTANT, and runs for each of them the
# test that has to fail. `tests/mutants.sh NAME…` runs some of them. The copy is built
# in a folder of its own, since cargo takes it for the tree itself.
set -euo pipefail
cd "$(dirname "$0")/.."

copy=$PWD/target/mutants
rm -rf "$copy"
mkdir -p "$copy"
git ls-files -z --cached --others --exclude-standard | tar --null -T - -cf - | tar -xf - -C "$copy"
for patch in tests/mutants/*.patch; do
    patch --directory "$copy" --strip 1 --forward --quiet <"$patch"
done
find "$copy" -name '*.rs' -exec touch {} +
mkdir -p target/test-env "$copy/target"
ln -s "$PWD/target/test-env" "$copy/target/test-env"
binary=$(cd "$copy" && CARGO_TARGET_DIR=${MUTANTS_TARGET:-$copy-build} "${CARGO:-cargo}" test --package agentgen-tests --test queue \
    --no-run --message-format json-render-diagnostics |
    sed -n 's/.*"executable":"\([^"]*queue-[0-9a-f]*\)".*/\1/p' | tail -n 1)

# fails NAME TEST: the test passes as it is, and fails with the fault.
fails() {
    local name=$1 test=$2
    if ! (cd "$copy/tests" && "$binary" --exact "$test" >"$copy/$name.log" 2>&1); then
        printf '%-24s %s fails without the fault\n' "$name" "$test"
        return 1
    fi
    if (cd "$copy/tests" && AGENTGEN_MUTANT=$name "$binary" --exact "$test" >"$copy/$name.log" 2>&1); then
        printf '%-24s NOT noticed by %s\n' "$name" "$test"
        return 1
    fi
    printf '%-24s noticed by %s: %s\n' "$name" "$test" \
        "$(grep --after-context 1 'panicked at' "$copy/$name.log" | sed -n 2p | cut -c 1-100)"
}

failed=0
while read -r name test; do
    if [ $# = 0 ] || [[ " $* " == *" $name "* ]]; then
        fails "$name" "$test" || failed=1
    fi
done <tests/mutants/expected
exit $failed
