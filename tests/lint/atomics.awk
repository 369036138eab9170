# SPDX-License-Identifier: MIT
# atomics.awk - the comment at each atomic operation names its order, and threads and atomics are
# reached through sync.h alone.
# usage: awk -f atomics.awk runtime/*.[ch]      sync.c and sync.h are exempt
#
# A comment holds for the operations of its own statement, for those that begin at most five
# lines after its end, and for those that follow such an operation without another line between.
# One that says "all" ("relaxed, all: ...") or "both" holds to the end of the function.

function complain(line, text)
{
    printf "%s:%d: %s\n", FILENAME, line, text
    bad = 1
}

FNR == 1 {
    inside = says_order = unexplained = 0
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
        says_order = /(relaxed|acquire|release|acq_rel)[^.:;]* (all|both)[:.;]/ ? 2 : 1
    }
    code = inside ? "" : $0
    sub(/\/\*.*/, "", code)
    ends = (inside || opens) && /\*\//
    inside = (inside || opens) && !ends
    if (ends && says_order) {
        unexplained = 0
        explained = says_order == 2 ? 1000000 : FNR + 5
    }
}
/^}/ { explained = -9 }
code ~ /(^|[^a-z_])(load|store|xchg|cas|add|sub|or|and)_(rlx|acq|rel|acq_rel)\(/ {
    operations++
    if (FNR <= explained) {
        explained = explained < FNR + 1 ? FNR + 1 : explained
    } else if (!unexplained) {
        unexplained = FNR
    }
}
unexplained && code ~ /[;}]/ {
    complain(unexplained, "no comment here names the order of this operation")
    unexplained = 0
}
code ~ /stdatomic\.h|threads\.h|memory_order_|pthread|__atomic_|__sync_|futex|[^a-z_](nano|u)?sleep\(/ {
    complain(FNR, "only sync.h may do this")
}
END {
    if (!operations) {
        print "atomics.awk: found no atomic operation"
        bad = 1
    }
    exit bad
}
