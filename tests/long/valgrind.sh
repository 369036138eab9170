#!/bin/sh
# SPDX-License-Identifier: MIT
# valgrind.sh - the compiler under valgrind's memcheck, which also sees what was never written and
# what the sanitizers' flags may hide: its unit tests, and each schema of the golden, error and
# format tests through the whole program.
# usage: tests/long/valgrind.sh BUILD/actorc
set -u

actorc=$(realpath "$1") || exit 1
build=$(dirname "$actorc")
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

result()
{
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok   $2"
    else
        failed=$((failed + 1))
        echo "FAIL $2"
    fi
}

if ! command -v valgrind >/dev/null; then
    echo "valgrind.sh: no valgrind here; 'make check' installs it"
    echo "0 passed, 1 failed"
    exit 1
fi
memcheck="valgrind --quiet --error-exitcode=99 --leak-check=full"

# What memcheck has to say of a run goes to a file, since the tests read the program's own output.
mkdir "$work/said" || exit 1
cat >"$work/actorc" <<END
#!/bin/sh
exec $memcheck --log-file=$work/said/%p "$actorc" "\$@"
END
chmod +x "$work/actorc"

# clean TITLE - memcheck said nothing since the last time.
clean()
{
    found=$(find "$work/said" -type f -size +0)
    for file in $found; do
        cat "$file"
    done
    [ -z "$found" ]
    result $? "$1: nothing of memcheck"
    find "$work/said" -type f -exec rm -f {} +
}

printf 'int *f(void);\nint main(void) { int a[2]; a[0] = 0; return a[1] > 3 ? 3 : 0; }\n' >"$work/bad.c"
${CC:-cc} -w -O0 -g -o "$work/bad" "$work/bad.c" && ! $memcheck "$work/bad" >/dev/null 2>&1
result $? 'memcheck finds what was never written'

for test in "$build"/tests/unit/actorc/test_*; do
    [ -x "$test" ] && [ ! -d "$test" ] || continue
    $memcheck --log-file="$work/said/%p" "$test" >"$work/out" 2>&1
    status=$?
    [ $status -eq 0 ] || cat "$work/out"
    result $status "$(basename "$test")"
    clean "$(basename "$test")"
done
for script in golden/run.sh errors/run.sh fmt/run.sh; do
    tests/$script "$work/actorc" >"$work/out" 2>&1
    status=$?
    [ $status -eq 0 ] || grep -v '^ok' "$work/out"
    result $status "$script"
    [ "$(find "$work/said" -type f | wc -l)" -gt 10 ]
    result $? "$script: ran under memcheck"
    clean "$script"
done
for schema in tests/golden/*/in.actor tests/schemas/*.actor; do
    "$work/actorc" doc -o "$work/pages" "$schema" && "$work/actorc" model "$schema" >"$work/out" &&
        "$work/actorc" graph --format mermaid "$schema" >"$work/out" &&
        "$work/actorc" diff "$schema" "$schema" >"$work/out"
    result $? "$schema: doc, model, graph, diff"
done
clean 'doc, model, graph, diff'
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
