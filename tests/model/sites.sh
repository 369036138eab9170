#!/bin/sh
# SPDX-License-Identifier: MIT
# sites.sh - lists the atomic operations of a program that was compiled with -fsanitize=thread.
# usage: sh sites.sh PROGRAM FILE...        FILEs are those of the runtime whose orders are to be tested
#
# Each line is the address that a call of __tsan_atomic* returns to, 1 if the call is from one of the
# FILEs, the place in the source, and how the operation is called: its function, itself and its
# variable, as the source has them on that line. With "#2" it is the second of that name in the function,
# and if functions of two files have one name the file is said, too.
set -eu
program=$1
shift
export LC_ALL=C

objdump -d --no-show-raw-insn "$program" | awk '
called != "" { sub(/:$/, "", $1); print $1, called; called = "" }
$0 ~ /(call|bl)q?[ \t].*<__tsan_atomic[0-9]+_/ {
    called = $0
    sub(/.*<__tsan_atomic[0-9]+_/, "", called)
    sub(/>.*/, "", called)
}' >"$program.calls"

# The address of the call itself is a little before that.
awk '
function value(hex,    n, i) {
    n = 0
    for (i = 1; i <= length(hex); i++) {
        n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
    }
    return n
}
{ printf "0x%x\n", value($1) - 1 }' "$program.calls" | addr2line -a -f -i -e "$program" >"$program.lines"

awk -v subjects="$*" '
# What stands between the parenthesis at the end of `head` and the comma or parenthesis after it.
function argument(rest,    i, c, depth, out)
{
    out = ""
    depth = 0
    for (i = 1; i <= length(rest); i++) {
        c = substr(rest, i, 1)
        if (depth == 0 && (c == "," || c == ")")) {
            break
        }
        depth += index("([", c) > 0 ? 1 : index(")]", c) > 0 ? -1 : 0
        out = out c
    }
    return out
}

# The line of source; sets `name` to its function.
function line_of(place,    file, at, text, n)
{
    file = place
    sub(/:[0-9]+$/, "", file)
    at = place
    sub(/.*:/, "", at)
    if (!(file in known)) {
        known[file] = 1
        n = 0
        while ((getline text < file) > 0) {
            source[file, ++n] = text
            # A function begins in the first column. What the debugger is told of inlined ones differs.
            if (text ~ /^[a-z_A-Z].*[(]/ && text !~ /;$/ && text !~ /^(typedef|struct|enum|union)[^(]*$/) {
                name = text
                sub(/[(].*/, "", name)
                sub(/.*[ *]/, "", name)
            }
            function_at[file, n] = name
        }
        close(file)
    }
    name = function_at[file, at + 0]
    return source[file, at + 0]
}

# The operation of this kind in the line.
function operation(kind, text,    word)
{
    word = kind ~ /^compare/ ? "cas" : kind == "exchange" ? "xchg" : kind
    sub(/^fetch_/, "", word)
    if (match(text, "(^|[^a-z_])" word "_(rlx|acq|rel|acq_rel)[(]")) {
        sub("^.*[^a-z_]" word "_", word "_", text)
    } else if (match(text, /count_up[(]/)) {
        word = word "_rlx of count_up"
        sub(/^.*count_up/, "count_up", text)
        return word "(" argument(substr(text, index(text, "(") + 1)) ")"
    } else {
        gsub(/^[ \t]+/, "", text)
        return word " in " text
    }
    return substr(text, 1, index(text, "(")) argument(substr(text, index(text, "(") + 1)) ")"
}

BEGIN {
    n = split(subjects, list, " ")
    for (i = 1; i <= n; i++) {
        subject[list[i]] = 1
    }
}
FNR == NR { address[FNR] = $1; kind[FNR] = $2; next }
/^0x/ { call++; part = 0; next }
{ part++ }
part == 2 {
    place = $1
    sub(/^.*runtime\//, "runtime/", place)
    if (place !~ /^runtime\//) {
        next
    }
    line = line_of(place)
    key = name " " operation(kind[call], line)
    file = place
    sub(/:.*/, "", file)
    key_of[call] = key
    place_of[call] = place
    file_of[call] = file
    if (!((key, file) in in_file)) {
        in_file[key, file] = 1
        files[key]++
    }
    if (!((key, place) in at_place)) {
        at_place[key, place] = 1
        places[key, file] = places[key, file] " " place
    }
}
END {
    for (i = 1; i <= call; i++) {
        if (!(i in key_of)) {
            continue
        }
        key = key_of[i]
        n = split(places[key, file_of[i]], list, " ")
        before = 1
        split(place_of[i], mine, ":")
        for (k = 1; k <= n; k++) {
            split(list[k], other, ":")
            before += other[2] + 0 < mine[2] + 0 ? 1 : 0
        }
        shown = key (before > 1 ? " #" before : "") (files[key] > 1 ? " (" file_of[i] ")" : "")
        print address[i], (file_of[i] in subject) ? 1 : 0, place_of[i], shown
    }
}' "$program.calls" "$program.lines"
