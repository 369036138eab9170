#!/bin/sh
# SPDX-License-Identifier: MIT
# fnlen.sh - no function is longer than 70 lines unless the comment above it says why: "long:".
# usage: fnlen.sh FILE...
set -eu
ctags -x --kinds-C=f --fields=+e --_xformat='%{line} %{end} %N %F' "$@" | awk '
$2 - $1 + 1 > 70 {
    above = ""
    for (n = 0; n < $1 && (getline text < $4) > 0; n++) {
        above = n < $1 - 1 ? text : above
    }
    close($4)
    if (above !~ /long:/) {
        printf "%s:%d: %s() has %d lines\n", $4, $1, $3, $2 - $1 + 1
        bad = 1
    }
}
END { exit bad }'
