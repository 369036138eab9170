# SPDX-License-Identifier: MIT
# floors.awk - includes go down, never up or sideways.
# usage: awk -f floors.awk FLOORS FILE...
# FLOORS has a line for each floor, lowest first: its number and the files on it, without their
# endings ("3 slots msg"); # begins a comment. What is included from "../" is a library below.
FNR == 1 { file++ }
file == 1 {
    sub(/#.*/, "")
    for (i = 2; i <= NF; i++) {
        floor[$i] = $1
    }
    next
}
FNR == 1 {
    me = FILENAME
    sub(/.*\//, "", me)
    sub(/\.[chly]$/, "", me)
    seen[me] = 1
    if (!(me in floor)) {
        printf "%s:1: %s is on no floor of %s\n", FILENAME, me, ARGV[1]
        bad = 1
    }
}
/#[ \t]*include[ \t]*"/ {
    it = $0
    sub(/.*#[ \t]*include[ \t]*"/, "", it)
    sub(/".*/, "", it)
    if (it ~ /^\.\.\//) {
        next
    }
    sub(/.*\//, "", it)
    sub(/\.h$/, "", it)
    if (it == me) {
        next
    }
    if (!(it in floor)) {
        printf "%s:%d: %s.h is on no floor\n", FILENAME, FNR, it
        bad = 1
    } else if (me in floor && floor[it] >= floor[me]) {
        printf "%s:%d: %s is on floor %s and includes %s.h of floor %s\n", FILENAME, FNR, me, floor[me],
            it, floor[it]
        bad = 1
    }
}
END {
    for (name in floor) {
        if (!(name in seen)) {
            printf "%s: %s is on a floor, but there is no such file\n", ARGV[1], name
            bad = 1
        }
    }
    exit bad
}
