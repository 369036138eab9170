#!/bin/bash
# SPDX-License-Identifier: MIT
# inputs.sh - hostile inputs. Sourced by run.sh and by the benchmark.
#
# `inputs` are the names of all, `makers[NAME]` the commands that print one.

# repeat N TEXT - TEXT N times, on one line.
repeat()
{
    yes "$2" | head -n "$1" | tr -d '\n'
}

# counted N FORMAT - FORMAT N times, with its number for each @.
counted()
{
    awk -v n="$1" -v each="$2" 'BEGIN {
        parts = split(each, part, "@")
        for (i = 0; i < n; i++) {
            line = part[1]
            for (k = 2; k <= parts; k++) { line = line i part[k] }
            print line
        }
    }'
}

inputs=()

# input NAME COMMANDS - declares an input.
declare -A makers
input()
{
    inputs+=("$1")
    makers[$1]=$2
}

many=100000
megabyte=1000000

# ---- No text ---------------------------------------------------------------------------------

input empty ':'
input bom 'printf "\357\273\277"'
input cr 'printf "schema t;\rmessage A\r"'
input utf16 'printf "\377\376s\0c\0h\0e\0m\0a\0 \0t\0;\0"'
input nul 'printf "schema t;\nmessage A\0;\n"'
input invalid_utf8 'printf "schema t;\n// \370\210\200\200\200\nmessage A;\n"'
# Random, but the same each time and with every awk.
input random_bytes 'LC_ALL=C awk "BEGIN { x = 1; for (i = 0; i < 100000; i++) { x = x * 16807 % 2147483647; printf \"%c\", 1 + int(x / 65536) % 255 } }" | LC_ALL=C tr "\n" "\1"'
input binary 'printf "\177ELF\2\1\1\0\0\0\0\0"; repeat 10000 "abc"'
input invalid_late 'echo "schema t;"; repeat $megabyte " "; printf "\300\200"'

# ---- Nesting ---------------------------------------------------------------------------------

input comments 'echo "schema t;"; repeat $many "/*"'
input braces 'echo "schema t;"; repeat $many "{"'
input closing_braces 'echo "schema t;"; repeat $many "}"'
input brackets 'echo "schema t;"; echo "message A { u8"; repeat $many "[]"; echo " a; }"'
input optionals 'echo "schema t;"; echo "message A { u8"; repeat $many "?"; echo " a; }"'
input parens 'echo "schema t;"; echo "actor A"; repeat $many "("'
input bodies 'echo "schema t;"; repeat $many "message A { "'
input blocks 'echo "schema t;"; echo "actor A { "; repeat $many "on M { "'
input modes 'echo "schema t;"; echo "actor A { "; repeat $many "mode M { "'
input generics 'echo "schema t;"; echo "message A { string"; repeat $many "<"; echo " a; }"'
input prefixes 'echo "schema t;"; echo "message A { "; repeat $many "ref "; echo " a; }"'

# ---- Length ----------------------------------------------------------------------------------

input identifier 'echo "schema t;"; printf "message "; repeat $megabyte A; echo ";"'
input unknown_identifier 'echo "schema t;"; printf "message A { "; repeat $megabyte B; echo " a; }"'
input word 'repeat $megabyte a'
input schema_name 'printf "schema "; repeat 100000 "a."; echo "t;"'
input import_path 'echo "schema t;"; printf "import \""; repeat $megabyte a; echo "\";"'
input import_folders 'echo "schema t;"; printf "import \""; repeat 500000 "a/"; echo "\";"'
input string_default 'echo "schema t;"; printf "message A { u32 a = \""; repeat $megabyte a; echo "\"; }"'
input open_string 'echo "schema t;"; printf "message A { string a = \""; repeat $megabyte a'
input open_comment 'echo "schema t;"; printf "/* "; repeat $megabyte a'
input opaque_type 'echo "schema t;"; printf "message A { opaque \""; repeat $megabyte a; echo "\" a; }"'
input digits 'echo "schema t;"; printf "const u32 A = "; repeat $megabyte 9; echo ";"'
input hex_digits 'echo "schema t;"; printf "const u32 A = 0x"; repeat $megabyte f; echo ";"'
input float_digits 'echo "schema t;"; printf "const f64 A = 1e"; repeat $megabyte 9; echo ";"'
input number_of_field 'echo "schema t;"; printf "message A { "; repeat $megabyte 9; echo ": u8 a; }"'
input duration_digits 'echo "schema t;"; printf "const duration A = "; repeat $megabyte 9; echo "s;"'
input bound_digits 'echo "schema t;"; printf "message A { string<"; repeat $megabyte 9; echo "> a; }"'
input underscores 'echo "schema t;"; printf "const u32 A = 1"; repeat $megabyte _; echo "1;"'
input documentation 'echo "schema t;"; printf "/// "; repeat $megabyte a; echo; echo "message A { Nope a; }"'
input line 'echo "schema t;"; repeat 10000000 " "; echo "message A { Nope a; }"'
input line_of_comment 'echo "schema t;"; printf "message A { Nope a; } // "; repeat 10000000 x; echo'
input spaces_in_error 'echo "schema t;"; printf "message A"; repeat $megabyte " "; echo "="'

# ---- Number ----------------------------------------------------------------------------------

input semicolons 'echo "schema t;"; repeat 1000000 ";"'
input syntax_errors 'echo "schema t;"; counted $many "message A@ { u32 = ; }"'
input broken_statements 'echo "schema t;"; counted $many "message A@ { u32 u32 u32 u32 5 ; }"'
input missing_semicolons 'echo "schema t;"; counted $many "message A@ { u32 a }"'
input mistyped_keywords 'echo "schema t;"; counted $many "mesage A@;"'
input characters 'echo "schema t;"; repeat $many "$ "'
input unknown_types 'echo "schema t;"; counted $many "message A@ { Nope@ a; }"'
input unknown_type_again 'echo "schema t;"; counted $many "message A@ { Nope a; }"'
input unknown_messages 'echo "schema t;"; echo "actor A {"; counted $many "    on M@;"; echo "}"'
input unknown_targets 'echo "schema t;"; echo "actor A {"; counted $many "    tell B@.M;"; echo "}"'
input duplicate_names 'echo "schema t;"; counted $many "message A;"'
input duplicate_fields 'echo "schema t;"; echo "message A {"; counted $many "    u8 a;"; echo "}"'
input duplicate_members 'echo "schema t;"; echo "enum E {"; counted $many "    A = @;"; echo "}"'
input duplicate_handlers 'echo "schema t;"; echo "message M; actor A {"; counted $many "    on M;"; echo "}"'
input clashes 'echo "schema t;"; counted 50000 "message A@; message a@;"'
input bad_numbers 'echo "schema t;"; counted $many "const u8 A@ = 256;"'
input bad_members 'echo "schema t;"; echo "enum E : u8 {"; counted $many "    A@ = @000;"; echo "}"'
input fields 'echo "schema t;"; echo "message A {"; counted $many "    u8 a@;"; echo "}"'
input arguments 'echo "schema t;"; echo "actor A("; counted $many "    u8 a@,"; echo "u8 a) { on start; }"'
input answers 'echo "schema t;"; echo "message B; message A -> B"; counted $many "    | B@"; echo ";"'
input unions 'echo "schema t;"; echo "union U {"; counted $many "    u8 a@;"; echo "}"'
input mode_many 'echo "schema t;"; echo "message M; actor A {"; counted $many "    mode M@ { on M; }"; echo "}"'
input reserved 'echo "schema t;"; echo "message A { u8 a; reserved 1"; counted $many "    , @"; echo "; }"'
input imports 'echo "schema t;"; counted $many "import \"i@.actor\";"'
input strange_imports 'echo "schema t;"; counted $many "import \"../../../../../../../../../../etc/passwd@\";"'
input containment 'echo "schema t;"; counted $many "message A@ { A@ a; }"'
# Each one leads to the next, and the last to the first.
circle()
{
    awk -v each="$1" 'BEGIN {
        split(each, part, "@")
        for (i = 0; i < 99999; i++) print part[1] i part[2] (i + 1) % 99999 part[3]
    }'
}

input circle 'echo "schema t;"; circle "message A@ { A@ a; }"'
input children_circle 'echo "schema t;"; circle "actor A@ { child c: A@; }"'
