#!/bin/sh
# SPDX-License-Identifier: MIT
# completions.sh - writes what a shell needs to complete actorc's command line. All of it comes
# from what the program says of itself, so it is never out of date.
# usage: completions.sh ACTORC bash|zsh|fish
#
# In a help text an option is "  -o, --output DIR   what it does". DIR and FILE are completed as such;
# an argument written "dot|json" is one of these words. "-W[no-]NAME" has the names of the warnings behind
# a colon; where it has none they are those of the command before. What a command is used with is a
# schema, unless its first line says COMMAND or CODE.
set -eu

actorc=$1
shell=$2

# Prints "command SUMMARY" and "option COMMAND SHORT LONG ARGUMENT TEXT" lines, with tabs between;
# what is not there is "-".
describe()
{
    "$actorc" --help | sed -n 's/^  \([a-z][a-z-]*\)  *\(.*\)$/command\t\1\t\2/p' >"$work/commands"
    cat "$work/commands"
    cut -f 2 "$work/commands" | while read -r command; do
        case $("$actorc" "$command" --help | head -n 1) in
        *'[COMMAND]'*) printf 'operand\t%s\t%s\n' "$command" "$(cut -f 2 "$work/commands" | tr '\n' ' ')" ;;
        *CODE*) printf 'operand\t%s\t%s\n' "$command" "$("$actorc" "$command" | cut -d ' ' -f 1 | tr '\n' ' ')" ;;
        esac
        "$actorc" "$command" --help | awk -v command="$command" -v warnings="$work/warnings" '
        function row(short, long, argument, text) {
            printf "option\t%s\t%s\t%s\t%s\t%s\n", command, short == "" ? "-" : short,
                long == "" ? "-" : long, argument == "" ? "-" : argument, text
        }
        !/^ +-/ { next }
        {
            line = $0
            sub(/^ +/, "", line)
            text = ""
            if (match(line, /  +/)) {
                text = substr(line, RSTART + RLENGTH)
                line = substr(line, 1, RSTART - 1)
            }
            gsub(/,/, "", line)
            count = split(line, words, " ")
            short = long = argument = ""
            for (i = 1; i <= count; i++) {
                if (words[i] ~ /^--/) { long = words[i] }
                else if (words[i] ~ /^-/) { short = words[i] }
                else { argument = words[i] }
            }
            sub(/\[?=.*$/, "", long)
            if (short == "-W[no-]NAME") { # one option for each name
                names = text
                if (sub(/^[^:]*: */, "", names)) { print names >warnings; close(warnings) }
                else if ((getline names <warnings) <= 0) { names = "" }
                close(warnings)
                count = split(names, name, /, */)
                for (i = 1; i <= count; i++) {
                    row("-W" name[i], "", "", "turn this warning on")
                    row("-Wno-" name[i], "", "", "turn this warning off")
                }
            } else {
                row(short, long, argument, text)
            }
        }'
    done
}

# ---- bash -----------------------------------------------------------------------------------

for_bash()
{
    awk -F '\t' '
    $1 == "command" { commands = commands " " $2; order[++count] = $2 }
    $1 == "operand" { operands[$2] = $3 }
    $1 == "option" {
        for (i = 3; i <= 4; i++) {
            if ($i != "-") {
                options[$2] = options[$2] " " $i
                if ($5 != "-") { with[$2] = with[$2] (with[$2] == "" ? "" : "|") $2 ":" $i; kinds[$2 ":" $i] = $5 }
            }
        }
    }
    END {
        print "# actorc.bash - completion of actorc; made by completions.sh"
        print "_actorc()"
        print "{"
        print "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=build options="
        print "    case ${COMP_WORDS[1]} in"
        sub(/^ /, "", commands)
        alternatives = commands
        gsub(/ /, "|", alternatives)
        print "    " alternatives ") [ \"$COMP_CWORD\" -gt 1 ] && command=${COMP_WORDS[1]} ;;"
        print "    esac"
        print "    COMPREPLY=()"
        print "    case $command:$prev in"
        for (c = 1; c <= count; c++) {
            n = split(with[order[c]], keys, "|")
            for (k = 1; k <= n; k++) {
                kind = kinds[keys[k]]
                if (kind == "DIR") { reply = "compgen -d -- \"$cur\"" }
                else if (kind ~ /\|/) { gsub(/\|/, " ", kind); reply = "compgen -W \"" kind "\" -- \"$cur\"" }
                else if (kind == "FILE") { reply = "compgen -f -- \"$cur\"" }
                else { reply = ":" }
                print "    " keys[k] ") mapfile -t COMPREPLY < <(" reply "); return ;;"
            }
        }
        print "    esac"
        print "    case $command in"
        for (c = 1; c <= count; c++) {
            print "    " order[c] ") options=\"" substr(options[order[c]], 2) "\" ;;"
        }
        print "    esac"
        print "    if [[ $cur == -* ]]; then"
        print "        [ \"$COMP_CWORD\" -eq 1 ] && options=\"$options --version\""
        print "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")"
        print "        return"
        print "    fi"
        print "    case $command in"
        for (c = 1; c <= count; c++) {
            if (order[c] in operands) {
                print "    " order[c] ") mapfile -t COMPREPLY < <(compgen -W \"" operands[order[c]] "\" -- \"$cur\"); return ;;"
            }
        }
        print "    esac"
        print "    mapfile -t COMPREPLY < <(compgen -f -X \"!*.actor\" -- \"$cur\"; compgen -d -- \"$cur\")"
        print "    if [ \"$COMP_CWORD\" -eq 1 ]; then"
        print "        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -W \"" commands "\" -- \"$cur\")"
        print "    fi"
        print "}"
        print "complete -o filenames -F _actorc actorc"
    }'
}

# ---- zsh ------------------------------------------------------------------------------------

for_zsh()
{
    awk -F '\t' -v quote="'" '
    function quoted(text) {
        gsub(quote, quote "\\" quote quote, text)
        return text
    }
    function described(text) {
        gsub(/\[|\]|:/, "\\\\&", text)
        return quoted(text)
    }
    function action(argument) {
        if (argument == "-") { return "" }
        if (argument ~ /\|/) { gsub(/\|/, " ", argument); return ":value:(" argument ")" }
        return argument == "DIR" ? ":folder:_directories" : argument == "FILE" ? ":file:_files" : ":" tolower(argument) ": "
    }
    $1 == "command" { order[++count] = $2; about[$2] = described($3) }
    $1 == "operand" { operands[$2] = $3 }
    $1 == "option" {
        tail = "[" described($6) "]" action($5)
        spec = $3 == "-" ? quote $4 tail quote : $4 == "-" ? quote $3 tail quote : \
            quote "(" $3 " " $4 ")" quote "{" $3 "," $4 "}" quote tail quote
        options[$2] = options[$2] " \\\n            " spec
    }
    END {
        print "#compdef actorc"
        print "# _actorc - completion of actorc; made by completions.sh"
        print "_actorc()"
        print "{"
        print "    local -a commands"
        print "    commands=("
        for (c = 1; c <= count; c++) { print "        " quote order[c] ":" about[order[c]] quote }
        print "    )"
        print "    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then"
        print "        _describe -t commands command commands"
        print "        _files -g \"*.actor\""
        print "        return"
        print "    fi"
        print "    local command=build"
        print "    if (( ${+commands[(r)$words[2]:*]} )) && [[ -n ${commands[(r)$words[2]:*]} ]]; then"
        print "        command=$words[2]"
        print "        shift words"
        print "        (( CURRENT-- ))"
        print "    fi"
        print "    case $command in"
        for (c = 1; c <= count; c++) {
            extra = order[c] == "build" ? " \\\n            " quote "--version[print the version]" quote : ""
            print "    " order[c] ")"
            print "        _arguments -s" options[order[c]] extra " \\"
            action_of = order[c] in operands ? "word:(" operands[order[c]] ")" : "schema:_files -g \"*.actor\""
            print "            " quote "*:" action_of quote " ;;"
        }
        print "    esac"
        print "}"
        print "_actorc \"$@\""
    }'
}

# ---- fish -----------------------------------------------------------------------------------

for_fish()
{
    awk -F '\t' -v quote="'" '
    function quoted(text) {
        gsub(/\\/, "\\\\", text)
        gsub(quote, "\\" quote, text)
        return quote text quote
    }
    $1 == "command" { order[++count] = $2; about[$2] = $3; commands = commands " " $2 }
    $1 == "operand" { rows[++row_count] = $2 "\t -a " quoted($3) }
    $1 == "option" {
        words = ""
        if ($3 != "-") { words = words (length($3) == 2 ? " -s " : " -o ") substr($3, 2) }
        if ($4 != "-") { words = words " -l " substr($4, 3) }
        argument = $5
        if (argument ~ /\|/) { gsub(/\|/, " ", argument); words = words " -x -a " quoted(argument) }
        else if (argument == "DIR") { words = words " -x -a " quoted("(__fish_complete_directories)") }
        else if (argument == "FILE") { words = words " -r" }
        else if (argument != "-") { words = words " -x" }
        rows[++row_count] = $2 "\t" words " -d " quoted($6)
    }
    END {
        print "# actorc.fish - completion of actorc; made by completions.sh"
        print "complete -c actorc -f"
        print "complete -c actorc -k -a " quoted("(__fish_complete_suffix .actor)")
        print "complete -c actorc -n __fish_use_subcommand -l version -d " quoted("print the version")
        for (c = 1; c <= count; c++) {
            print "complete -c actorc -n __fish_use_subcommand -a " order[c] " -d " quoted(about[order[c]])
        }
        others = commands
        sub(/ build/, "", others)
        for (r = 1; r <= row_count; r++) {
            split(rows[r], part, "\t")
            condition = part[1] == "build" ? "not __fish_seen_subcommand_from" others : "__fish_seen_subcommand_from " part[1]
            print "complete -c actorc -n " quoted(condition) part[2]
        }
    }'
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
describe >"$work/all"
case $shell in
bash | zsh | fish) "for_$shell" <"$work/all" ;;
*) echo "completions.sh: no such shell: $shell" >&2 && exit 2 ;;
esac
