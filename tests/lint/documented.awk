# SPDX-License-Identifier: MIT
# documented.awk - every prototype of a public header has a comment above it, or shares the one
# above with the declarations it follows without an empty line.
# usage: awk -f documented.awk HEADER...
FNR == 1 { documented = 0; inside = 0; braces = 0 }
{ comment = inside || /^[ \t]*\/\*/ }
comment {
    inside = !/\*\//
    documented = !inside
    next
}
/^$/ { documented = 0 }
# Macros are not prototypes, and their text may look like anything.
/^#/ || macro { macro = /\\$/; next }
!braces && /^[a-z].*[a-z_0-9]\(/ && !/^(typedef|static|extern "C")/ {
    prototypes++
    if (!documented) {
        printf "%s:%d: no comment: %s\n", FILENAME, FNR, $0
        bad = 1
    }
}
{ braces += gsub(/[{]/, "{") - gsub(/[}]/, "}") - ($0 ~ /^extern "C"/) }
/^}$/ && braces < 0 { braces = 0 }
END {
    if (!prototypes) {
        print "documented.awk: found no prototype"
        bad = 1
    }
    exit bad
}
