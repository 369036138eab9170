# SPDX-License-Identifier: MIT
# coverage.awk - what gcov says of all objects (`gcov -t -b -c FILE.gcda...`) as a table by file, and
# whether enough of it was taken. A line that is compiled into several objects (a header's, or the
# runtime's, which is also in the simulation) counts once, and what one of them took is taken.
# usage: awk -v misses=FILE -v wanted='runtime 90 actorc 85' -f tests/coverage.awk GCOV
#
# Left out, as nothing can take it: the statements RT_ASSERT(...), since only a broken runtime does
# what they forbid; the lines that call base_bug(), and an if before them, which decides to. Nothing else.
# What bison and flex add to the grammar is in files of their own and not counted.

function text_of(line)
{
    sub(/^[^:]*:[^:]*:/, "", line)
    return line
}

# Follows statements that are left out over their lines.
function leaves_out(text)
{
    if (text ~ /^ *RT_ASSERT\(/) { in_assertion = 1 }
    left = in_assertion || text ~ /(base_bug|rt_broken)\(/
    if (text ~ /;$/) { in_assertion = 0 }
    return left
}

/^ *-: *0:Source:/ {
    split($0, part, ":")
    file = part[4]
    is_ours = file ~ /^(actorc|runtime)\//
    in_assertion = 0
    next
}
!is_ours { next }
/^ *[0-9#=*-]+: *[1-9][0-9]*:/ {
    split($0, part, ":")
    before = key
    key = file ":" (part[2] + 0)
    ordinal = 0
    text[key] = text_of($0)
    if (leaves_out(text[key])) {
        out[key] = 1
        if (text[key] ~ /base_bug\(/ && text[before] ~ /if \(.*\{$/) { out[before] = 1 }
    }
    count = part[1]
    gsub(/[ *]/, "", count)
    if (count != "-") {
        if (!(key in ran)) { keys[++n] = key }
        ran[key] += count ~ /^[1-9]/
    }
    next
}
/^branch/ {
    ordinal++
    if (ordinal > branches[key]) { branches[key] = ordinal }
    if ($0 ~ /taken [1-9]/) { taken[key, ordinal] = 1 }
}

function percent(a, b)
{
    return b == 0 ? 100 : 100 * a / b
}

function row(name)
{
    return sprintf("%-28s %5d of %5d lines %6.1f %% %5d of %5d branches %6.1f %%", name, lines_ran[name],
        lines[name], percent(lines_ran[name], lines[name]), branches_taken[name],
        branches_of[name], percent(branches_taken[name], branches_of[name]))
}

function add(name, key, i)
{
    lines[name]++
    lines_ran[name] += ran[key] > 0
    branches_of[name] += branches[key]
    for (i = 1; i <= branches[key]; i++) { branches_taken[name] += (key, i) in taken }
}

function tell_misses(key, i, never)
{
    for (i = 1; i <= branches[key]; i++) {
        if (!((key, i) in taken)) { never = never " " i }
    }
    if (never != "") {
        print key ": branch" never " of " branches[key] ": " text[key] > misses
    } else if (ran[key] == 0) {
        print key ": not run: " text[key] > misses
    }
}

END {
    for (i = 1; i <= n; i++) {
        key = keys[i]
        if (key in out) { continue }
        split(key, part, ":")
        if (!(part[1] in lines)) { names[++m] = part[1] }
        add(part[1], key)
        add(part[1] ~ /^runtime/ ? "runtime" : "actorc", key)
        tell_misses(key)
    }
    for (i = 1; i <= m; i++) { print row(names[i]) | "sort" }
    close("sort")
    for (i = split(wanted, want, " "); i > 1; i -= 2) {
        name = want[i - 1]
        print row(name)
        is_enough = percent(branches_taken[name], branches_of[name]) >= want[i]
        printf "%s %s: at least %d %% of the branches\n", is_enough ? "ok  " : "FAIL", name, want[i]
        passed += is_enough
        failed += !is_enough
    }
    printf "%d passed, %d failed\n", passed, failed
    exit failed > 0
}
