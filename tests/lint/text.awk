# SPDX-License-Identifier: MIT
# text.awk - every C file begins with its licence, comments are /* */, and no work is left as a note.
# usage: awk -f text.awk FILE...

# Returns `line` without its strings, characters and comments; sets `in_comment`.
function code_of(line,    out, c, two, quote)
{
    out = ""
    quote = ""
    while (line != "") {
        c = substr(line, 1, 1)
        two = substr(line, 1, 2)
        if (in_comment) {
            if (two == "*/") {
                in_comment = 0
                line = substr(line, 2)
            }
        } else if (quote != "") {
            if (c == "\\") {
                line = substr(line, 2)
            } else if (c == quote) {
                quote = ""
            }
        } else if (two == "/*") {
            in_comment = 1
            line = substr(line, 2)
        } else if (c == "\"" || c == "'") {
            quote = c
        } else {
            out = out c
        }
        line = substr(line, 2)
    }
    return out
}

function complain(text)
{
    printf "%s:%d: %s\n", FILENAME, FNR, text
    bad = 1
}

FNR == 1 {
    in_comment = 0
    if ($0 != "/* SPDX-License-Identifier: MIT */") {
        complain("the first line is not /* SPDX-License-Identifier: MIT */")
    }
}
/(^|[^A-Za-z])(TODO|FIXME|XXX)([^A-Za-z]|$)/ { complain("a note of work left to do") }
/[ \t]$/ { complain("white space at the end of the line") }
/\t/ { complain("a tab") }
code_of($0) ~ /\/\// { complain("a // comment") }
END { exit bad }
