#!/bin/sh
# SPDX-License-Identifier: MIT
# size.sh - how large the library is and what it needs: at most 100 KB of code, of which programs link all,
# and nothing but libc and pthreads. Closes with "N passed, N failed".
# usage: tests/size.sh LIBACTORC.A LIBACTORC.SO
set -u

limit=102400
passed=0
failed=0

# check NAME COMMAND...
check()
{
    name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "---- $name"
    fi
}

# The bytes of all sections whose name matches. The runtime's code is in a section of its own, by
# which it tells its own code from the application's.
bytes_of()
{
    size -A -d "$1" | awk -v name="$2" '$1 ~ name { bytes += $2; found = 1 } END { print found ? bytes : "none" }'
}

code=$(bytes_of "$1" '^(actorc_text|[.]text)') || exit 1
constants=$(bytes_of "$1" '^[.]rodata') || exit 1
unwinding=$(bytes_of "$1" '^[.]eh_frame') || exit 1
printf '%s: %s bytes of code (at most %d), %s of constants, %s that only unwinding reads\n' \
    "$(basename "$1")" "$code" $limit "$constants" "$unwinding"
needed=$(readelf -d "$2" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p' | tr '\n' ' ') || exit 1
printf '%s: needs %s\n' "$(basename "$2")" "$needed"

check 'there is code' [ "$code" != none ]
check 'the code is small' [ "$code" -le $limit ]
check 'it needs nothing but libc and pthreads' \
    sh -c 'for lib; do case $lib in libc.* | libpthread.* | ld-*) ;; *) exit 1 ;; esac; done' sh $needed
printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
