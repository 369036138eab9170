# SPDX-License-Identifier: MIT
# generate.awk - makes the shop's catalogue and orders, the same on every machine.
# usage: LC_ALL=C awk -v what=catalogue -f generate.awk >catalogue.csv
#        LC_ALL=C awk -v what=orders -f generate.awk >orders.csv
#
# Its random numbers are its own, since those of awks differ; all of them are below 2^46, where
# awk's numbers are exact. Bytes that are not ASCII are written as octal escapes.

# Returns a whole number from 0 to n - 1.
function below(n)
{
    seed = seed * 16807 % 2147483647
    return int(seed / 2147483647 * n)
}

function pick(list, count)
{
    return list[1 + below(count)]
}

# Returns text as a CSV field, quoted if it has to be.
function field(text)
{
    if (text ~ /[",\r\n]/) {
        gsub(/"/, "\"\"", text)
        text = "\"" text "\""
    }
    return text
}

function catalogue(    id, name, stock)
{
    things = split("Teapot|Garden chair|Desk lamp|Notebook|Kettle|Bicycle bell|Wool blanket|" \
        "Chess set|Frying pan|Rain coat|Pocket knife|Umbrella|Water bottle|Alarm clock|" \
        "Picture frame|Hammer|Paint brush|Bread knife|Candle|Door mat", thing, "|")
    kinds = split("plain|3\" wide|19\" rack|red, small|red, large|\"Classic\"|\"Opa's\", oak|" \
        "caf\303\251|gr\303\274n|\316\261-series|\346\227\245\346\234\254|\360\237\216\201 boxed", kind, "|")
    print "id,name,stock"
    for (id = 1; id <= things * kinds; id++) {
        name = thing[1 + (id - 1) % things] ", " kind[1 + int((id - 1) / things)]
        # Every twelfth product is scarce and will run out, and every sixtieth is only announced.
        stock = id % 60 == 0 ? 0 : id % 12 == 0 ? 20 + below(40) : 500 + below(500)
        print id "," field(name) "," stock
    }
}

# Returns a line that is no order, in one of many ways.
function malformed(    kind)
{
    kind = below(14)
    if (kind == 0) { return "Nobody" }
    if (kind == 1) { return "Ann," (1 + below(240)) }
    if (kind == 2) { return "Ann," (1 + below(240)) ",1,please" }
    if (kind == 3) { return "Ann,teapot,1" }
    if (kind == 4) { return "Ann," (1 + below(240)) ",-" (1 + below(9)) }
    if (kind == 5) { return "Ann," (1 + below(240)) ",1.5" }
    if (kind == 6) { return "Ann," (1 + below(240)) ",99999999999999999999" }
    if (kind == 7) { return "Ann \"the\" Great," (1 + below(240)) ",1" }
    if (kind == 8) { return "\"Ann\" Great," (1 + below(240)) ",1" }
    if (kind == 9) { return "\"Ann, who never closed her quote," (1 + below(240)) ",1" }
    if (kind == 10) { return "," (1 + below(240)) ",1" }
    if (kind == 11) { return "J\374rgen," (1 + below(240)) ",1" }
    if (kind == 12) { return "Ann, " (1 + below(240)) ", 1" }
    return "Wolfeschlegelsteinhausenbergerdorff Wolfeschlegelsteinhausenbergerdorff," (1 + below(240)) ",1"
}

function order(    id, count, name)
{
    name = pick(first, firsts) " " pick(last, lasts)
    # Two draws added make the middle of the catalogue more popular than its ends.
    id = 1 + int((below(240) + below(240)) / 2)
    count = 1 + below(5)
    if (below(50) == 0) { id = 241 + below(10000) }
    if (below(80) == 0) { count = 0 }
    if (below(100) == 0) { count = 1000000 + below(1000000000) }
    if (below(1000) == 0) { count = "4294967295" }
    return field(name) "," id "," count
}

function orders(    i, ending)
{
    firsts = split("Ada|Bj\303\266rn|Chlo\303\251|Dmitri|Edith|Fatima|Goran|\346\230\216|Ines|" \
        "Jos\303\251|Kofi|\316\233\316\257\316\275\316\261|Mary \"Molly\"|Ngozi|Olu|Pia", first, "|")
    lasts = split("Lovelace|Smith, Jr.|O'Neill|Garc\303\255a|van der Berg|\"Ace\" Miller|" \
        "Nguy\341\273\205n|\346\235\216|Okafor|Novak\nc/o Smith|M\303\274ller|Brown", last, "|")
    print "customer,product_id,count"
    for (i = 1; i <= 24000; i++) {
        ending = below(10) == 0 ? "\r\n" : "\n"
        printf "%s%s", below(40) == 0 ? malformed() : order(), ending
        if (below(2000) == 0) {
            printf "\n"
        }
    }
}

BEGIN {
    seed = 20240229
    if (what == "catalogue") {
        catalogue()
    } else if (what == "orders") {
        orders()
    } else {
        print "generate.awk: say -v what=catalogue or -v what=orders" >"/dev/stderr"
        exit 2
    }
}
