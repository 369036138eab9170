# SPDX-License-Identifier: MIT
# mermaid.awk - reads a flow graph for Mermaid by rule: the part of its documented syntax that
# `actorc graph` keeps to, nodes that exist, a colour for each edge, text that is escaped.
# usage: awk -f mermaid.awk FILE

function complain(what)
{
    printf "%s:%d: %s: %s\n", FILENAME, FNR, what, $0
    faults++
}

# Text between quotes: tags of ours, entities of Mermaid, and nothing else of its language.
function check_text(line,    text)
{
    if (gsub(/"/, "\"", line) != 2) {
        complain("not one text")
    }
    text = line
    sub(/^[^"]*"/, "", text)
    sub(/".*$/, "", text)
    gsub(/<\/?[bi]>|<br\/>/, "", text)
    gsub(/#(quot|amp|lt|gt|35|96);/, "", text)
    if (text ~ /[<>&"#`]/) {
        complain("text that is to be escaped")
    }
}

NR == 1 { if ($0 !~ /^%% /) { complain("no comment") } next }
NR == 2 { if ($0 != "flowchart TB") { complain("no flowchart") } next }
/^    subgraph s[0-9]+\[".*"\]$/ {
    check_text($0)
    if (open_line) { complain("a frame in a frame") }
    open_line = FNR
    next
}
/^    end$/ {
    if (!open_line) { complain("no frame to end") }
    open_line = 0
    next
}
/^ +n[0-9]+(\(".*"\)|\[\[".*"\]\]|\{\{".*"\}\})$/ {
    check_text($0)
    id = $1
    sub(/[^n0-9].*$/, "", id)
    if (id in nodes) { complain("a node twice") }
    nodes[id] = 1
    next
}
/^    n[0-9]+ (===|-\.->|-->|==>|-\.-x)\|".*"\| n[0-9]+$/ {
    check_text($0)
    if (!($1 in nodes) || !($NF in nodes)) { complain("an end that is no node") }
    if ($0 !~ /\|"<i>[a-z, ]+<\/i>/) { complain("an edge that does not say what it is") }
    edges++
    next
}
/^    linkStyle [0-9]+(,[0-9]+)* stroke:#[0-9a-f]+$/ {
    count = split($2, numbers, ",")
    for (i = 1; i <= count; i++) {
        if (numbers[i] in coloured) { complain("two colours of edge " numbers[i]) }
        coloured[numbers[i]] = 1
        styled++
        if (numbers[i] + 0 >= edges) { complain("there is no edge " numbers[i]) }
    }
    next
}
{ complain("a line that is none of Mermaid's") }
END {
    if (open_line) { complain("a frame that does not end") }
    if (styled != edges) { complain("edges without a colour") }
    exit faults > 0 || NR < 2
}
