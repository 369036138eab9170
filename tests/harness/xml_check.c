/* SPDX-License-Identifier: MIT */
/*
 * xml_check.c - says whether its input is a well-formed XML document of elements, attributes and text: every
 * element is closed, attributes are quoted and there once, & and < are escaped, numbers are numbers.
 *
 * usage: xml_check <FILE. The exit status is 1 if it is not, and then a line says where.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 20, DEPTH_MAX = 32, NAME_MAX_BYTES = 32, ATTRIBUTES_MAX = 16 };

struct reader {
    const char *text;
    size_t at;
    char open[DEPTH_MAX][NAME_MAX_BYTES];
    int depth;
};

static _Noreturn void fail(const struct reader *r, const char *expected)
{
    (void)fprintf(
            stderr, "byte %zu, at '%.30s': expected %s\n", r->at, r->text + r->at, expected);
    exit(1);
}

static void space(struct reader *r)
{
    r->at += strspn(r->text + r->at, " \t\r\n");
}

static void name(struct reader *r, char ret_name[NAME_MAX_BYTES])
{
    size_t length = 0;
    while (isalnum((unsigned char)r->text[r->at]) || strchr("-_:", r->text[r->at]) != NULL) {
        if (length + 1 == NAME_MAX_BYTES || r->text[r->at] == '\0') {
            fail(r, "a shorter name");
        }
        ret_name[length++] = r->text[r->at++];
    }
    if (length == 0 || !isalpha((unsigned char)ret_name[0])) {
        fail(r, "a name");
    }
    ret_name[length] = '\0';
}

/* A letter of text, or an entity that stands for one. */
static void letter(struct reader *r)
{
    static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;" };
    unsigned char c = (unsigned char)r->text[r->at];
    for (size_t i = 0; c == '&' && i < 4; i++) {
        if (strncmp(r->text + r->at, entities[i], strlen(entities[i])) == 0) {
            r->at += strlen(entities[i]);
            return;
        }
    }
    if (c == '&' || c == '<' || (c < 0x20 && strchr("\t\r\n", c) == NULL) || c == '\0') {
        fail(r, "a letter");
    }
    r->at++;
}

/* What is in a drawing where there is none. */
static int is_nonsense(const char *text, size_t length)
{
    for (size_t i = 0; i + 3 <= length; i++) {
        if (strncmp(text + i, "nan", 3) == 0 || strncmp(text + i, "inf", 3) == 0) {
            return 1;
        }
    }
    return 0;
}

static void attributes(struct reader *r)
{
    char seen[ATTRIBUTES_MAX][NAME_MAX_BYTES];
    int count = 0;
    for (space(r); r->text[r->at] != '>' && r->text[r->at] != '/'; space(r)) {
        if (count == ATTRIBUTES_MAX) {
            fail(r, "fewer attributes");
        }
        name(r, seen[count]);
        for (int i = 0; i < count; i++) {
            if (strcmp(seen[i], seen[count]) == 0) {
                fail(r, "each attribute once");
            }
        }
        if (strncmp(r->text + r->at, "=\"", 2) != 0) {
            fail(r, "a quoted value");
        }
        r->at += 2;
        size_t from = r->at;
        while (r->text[r->at] != '"') {
            letter(r);
        }
        if (strcmp(seen[count], "class") != 0 && is_nonsense(r->text + from, r->at - from)) {
            fail(r, "a number in the last attribute");
        }
        r->at++;
        count++;
    }
}

static void element(struct reader *r)
{
    char tag[NAME_MAX_BYTES];
    if (r->text[r->at] == '/') {
        r->at++;
        name(r, tag);
        if (r->depth == 0 || strcmp(r->open[--r->depth], tag) != 0) {
            fail(r, "the end of the element that is open");
        }
    } else {
        if (r->depth == DEPTH_MAX) {
            fail(r, "less depth");
        }
        name(r, r->open[r->depth++]);
        attributes(r);
        if (r->text[r->at] == '/') {
            r->at++;
            r->depth--;
        }
    }
    if (r->text[r->at] != '>') {
        fail(r, "'>'");
    }
    r->at++;
}

int main(void)
{
    static char text[TEXT_MAX];
    size_t length = fread(text, 1, sizeof text - 1, stdin);
    static struct reader reader;
    reader.text = text;
    do {
        if (text[reader.at] == '<') {
            reader.at++;
            element(&reader);
        } else if (reader.depth > 0) {
            letter(&reader);
        } else {
            fail(&reader, "an element");
        }
    } while (reader.depth > 0);
    space(&reader);
    if (reader.at != length) {
        fail(&reader, "the end");
    }
    return 0;
}
