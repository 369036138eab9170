# SPDX-License-Identifier: MIT
# atomics.awk - the comment above each atomic operation names its order, and threads and atomics
# are reached through sync.h alone.
# usage: awk -f atomics.awk runtime/*.[ch]      sync.c and sync.h are exempt
#
# A comment holds for the operations that begin at most five lines after its end, and for those
# that follow such an operation without another line between.
FNR == 1 {
    inside = says_order = 0
    explained = -9
    exempt = FILENAME ~ /(^|\/)sync\.[ch]$/
}
exempt { next }
{
    opens = !inside && /\/\*/
    if (opens) {
        says_order = 0
    }
    if ((inside || opens) && /relaxed|acquire|release|acq_rel/) {
        says_order = 1
    }
    code = inside ? "" : $0
    sub(/\/\*.*/, "", code)
    inside = (inside || opens) && !/\*\//
    if ((opens || code == "") && !inside && says_order && /\*\//) {
        explained = FNR + 4
    }
}
code ~ /(^|[^a-z_])(load|store|xchg|cas|add|sub|or|and)_(rlx|acq|rel|acq_rel)\(/ {
    operations++
    if (FNR - 1 > explained) {
        printf "%s:%d: the comment above does not name the order of this operation\n", FILENAME, FNR
        bad = 1
    }
    explained = explained < FNR ? FNR : explained
}
code ~ /stdatomic\.h|threads\.h|memory_order_|pthread|__atomic_|__sync_|futex|[^a-z_](nano|u)?sleep\(/ {
    printf "%s:%d: only sync.h may do this\n", FILENAME, FNR
    bad = 1
}
END {
    if (!operations) {
        print "atomics.awk: found no atomic operation"
        bad = 1
    }
    exit bad
}
