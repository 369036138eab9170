/* SPDX-License-Identifier: MIT */
/*
 * mutate.c - how the compiler answers to a schema with one mistake. Of valid schemas each token is
 * deleted, doubled, replaced and swapped with the next, and the whole compiler runs on what comes of it. The C
 * of what was accepted is written for run.sh to compile; of what was refused it is counted how
 * often there is exactly one error, and how often the first one points at the changed line or the
 * one before.
 *
 * usage: mutate [-n COUNT] [-s SEED] [-v] FOLDER SCHEMA...
 *     -n COUNT  try that many, drawn at random, and not all
 *     -v        show each answer that is not one error at the right place
 */
#include "emit.h"
#include "imports.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { REPLACEMENTS = 3, SECONDS_MAX = 10 };

/* Of one schema. */
struct token {
    size_t lo;
    size_t hi;
};

struct text {
    char *data;
    size_t len;
};

struct schema {
    const char *path;
    struct text text;
    struct token *tokens;
    size_t count;
};

struct totals {
    unsigned tried;
    unsigned accepted;
    unsigned refused;
    unsigned one_error;
    unsigned right_place;
    unsigned silent; /* refused without a word */
};

struct options {
    const char *folder;
    unsigned long sample; /* 0 = all */
    uint64_t random;
    bool shows;
};

static uint64_t draw(struct options *options, uint64_t below)
{
    /* xorshift64*, Vigna 2016. */
    uint64_t x = options->random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    options->random = x;
    return (x * UINT64_C(2685821657736338717) >> 11) % below;
}

/* ---- Reading ---------------------------------------------------------------------------- */

static struct text read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    struct buf text = { 0 };
    char part[4096];
    size_t got;
    while ((got = fread(part, 1, sizeof part, file)) > 0) {
        buf_put(&text, part, got);
    }
    fclose(file);
    return (struct text){ text.data, text.len };
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_';
}

static size_t skip_comment(const struct text *text, size_t at)
{
    if (text->data[at + 1] == '/') {
        while (at < text->len && text->data[at] != '\n') {
            at++;
        }
        return at;
    }
    const char *end = strstr(text->data + at, "*/");
    return end == NULL ? text->len : (size_t)(end - text->data) + 2;
}

/* Returns where the token at `at` ends. */
static size_t token_end(const struct text *text, size_t at)
{
    size_t end = at + 1;
    if (is_word(text->data[at])) {
        while (end < text->len && is_word(text->data[end])) {
            end++;
        }
    } else if (text->data[at] == '"') {
        while (end < text->len && text->data[end] != '"') {
            end += text->data[end] == '\\' ? 2 : 1;
        }
        end++;
    } else if (strncmp(text->data + at, "->", 2) == 0 ||
               strncmp(text->data + at, "=>", 2) == 0 ||
               strncmp(text->data + at, "..", 2) == 0) {
        end++;
    }
    return end < text->len ? end : text->len;
}

static void read_tokens(struct schema *schema)
{
    const struct text *text = &schema->text;
    schema->tokens = base_alloc((text->len + 1) * sizeof *schema->tokens);
    schema->count = 0;
    size_t at = strncmp(text->data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < text->len) {
        char c = text->data[at];
        if (c == '/' && (text->data[at + 1] == '/' || text->data[at + 1] == '*')) {
            at = skip_comment(text, at);
        } else if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            at++;
        } else {
            size_t end = token_end(text, at);
            schema->tokens[schema->count++] = (struct token){ at, end };
            at = end;
        }
    }
}

/* ---- Changing --------------------------------------------------------------------------- */

enum change { DELETE, DOUBLE, SWAP, REPLACE };

static void put_token(struct buf *out, const struct schema *schema, struct token token)
{
    buf_put(out, schema->text.data + token.lo, token.hi - token.lo);
}

/* Two words must not become one. */
static void part(struct buf *out, const char *next)
{
    if (out->len > 0 && is_word(out->data[out->len - 1]) && is_word(*next)) {
        buf_puts(out, " ");
    }
}

/* Tokens that a slip of the hand, or of the memory, puts in the place of another. */
static const char *const strangers[] = { ";", "{", "}", "(", ")", ",", ":", "=", "->", "|", "<",
    ">", "[", "]", "?", "..", "=>", "*", "0", "1", "-1", "4294967296", "1.5", "\"text\"",
    "true", "5s", "message", "actor", "u32", "string", "Nobody", "nothing", "on", "#", "@" };

static void put_stranger(
        struct buf *out, const struct schema *schema, size_t index, struct options *options)
{
    enum { COUNT = sizeof strangers / sizeof strangers[0] };
    const struct token *old = &schema->tokens[index];
    size_t len = old->hi - old->lo;
    /* Another token of the schema is mostly nearer to what people do. */
    const struct token *other = &schema->tokens[draw(options, schema->count)];
    const char *text = schema->text.data + other->lo;
    size_t text_len = other->hi - other->lo;
    if (draw(options, 3) == 0) {
        text = strangers[draw(options, COUNT)];
        text_len = strlen(text);
    }
    part(out, text);
    bool same = text_len == len && memcmp(text, schema->text.data + old->lo, len) == 0;
    buf_put(out, text, text_len);
    buf_puts(out, same ? "x" : "");
}

static void change_text(struct buf *out, const struct schema *schema, size_t index,
        enum change change, struct options *options)
{
    const struct text *text = &schema->text;
    struct token token = schema->tokens[index];
    buf_put(out, text->data, token.lo);
    switch (change) {
    case DELETE: break;
    case DOUBLE:
        put_token(out, schema, token);
        buf_puts(out, " ");
        put_token(out, schema, token);
        break;
    case SWAP: {
        struct token next = schema->tokens[index + 1];
        part(out, text->data + next.lo);
        put_token(out, schema, next);
        buf_puts(out, " ");
        buf_put(out, text->data + token.hi, next.lo - token.hi);
        put_token(out, schema, token);
        token = next;
        break;
    }
    case REPLACE: put_stranger(out, schema, index, options); break;
    }
    part(out, text->data + token.hi);
    buf_put(out, text->data + token.hi, text->len - token.hi);
}

/* ---- Compiling -------------------------------------------------------------------------- */

static void write_file(const char *folder, const char *name, const struct buf *text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(text->data, 1, text->len, file) != text->len ||
            fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

static void write_output(const struct options *options, const struct model *model,
        const char *file, const char *ending, void (*emitter)(struct emit *emit))
{
    char digits[17];
    char name[64];
    snprintf(digits, sizeof digits, "%016" PRIx64, model->fingerprint);
    snprintf(name, sizeof name, "%s%s", file, ending);
    struct buf out = { 0 };
    struct arena arena = { 0 };
    struct emit emit = {
        .out = &out, .arena = &arena, .model = model, .file = file, .fingerprint = digits
    };
    emitter(&emit);
    write_file(options->folder, name, &out);
    buf_fini(&out);
    arena_fini(&arena);
}

static uint32_t line_of(const struct buf *text, size_t at)
{
    uint32_t line = 1;
    for (size_t i = 0; i < at && i < text->len; i++) {
        line += text->data[i] == '\n';
    }
    return line;
}

/* Reads "shop.actor:12:" of the first answer. */
static uint32_t first_line(const struct buf *answer)
{
    const char *ending = strstr(answer->data, ".actor:");
    return ending == NULL ? 0 : (uint32_t)strtoul(ending + 7, NULL, 10);
}

static bool judge(struct totals *totals, const struct buf *answer, size_t errors,
        const struct buf *text, size_t at)
{
    totals->refused++;
    if (answer->len == 0) {
        totals->silent++;
        return false;
    }
    uint32_t said = first_line(answer);
    uint32_t changed = line_of(text, at);
    bool is_near = said == changed || said + 1 == changed;
    totals->one_error += errors == 1;
    totals->right_place += is_near;
    return errors == 1 && is_near;
}

static void compile(struct options *options, struct totals *totals, const char *path,
        const struct buf *text, size_t at)
{
    struct arena arena = { 0 };
    struct sources sources = { 0 };
    struct diags diags;
    diags_init(&diags, &arena, &sources);
    struct intern intern;
    struct imports imports;
    intern_init(&intern, &arena);
    imports_init(&imports, &arena, &intern, &sources, &diags);
    totals->tried++;
    const struct model *model = imports_check_text(&imports, path, text->data, text->len);
    if (model != NULL) {
        char file[32];
        snprintf(file, sizeof file, "m%u.actor", totals->accepted++);
        write_output(options, model, file, ".h", emit_header);
        write_output(options, model, file, ".c", emit_source);
        write_file(options->folder, file, text);
    } else {
        struct buf answer = { 0 };
        diags_render(&diags, false, &answer);
        if (!judge(totals, &answer, diags.errors, text, at) && options->shows) {
            printf("======== line %" PRIu32 "\n%.*s\n", line_of(text, at), (int)answer.len,
                    answer.data);
        }
        buf_fini(&answer);
    }
    imports_fini(&imports);
    intern_fini(&intern);
    sources_fini(&sources);
    arena_fini(&arena);
}

static void mutate(struct options *options, struct totals *totals, const struct schema *schema,
        size_t index, enum change change)
{
    if (change == SWAP && index + 1 == schema->count) {
        return;
    }
    struct buf text = { 0 };
    change_text(&text, schema, index, change, options);
    alarm(SECONDS_MAX); /* a compiler that hangs is ended by the signal */
    compile(options, totals, schema->path, &text, schema->tokens[index].lo);
    buf_fini(&text);
}

static void mutate_all(struct options *options, struct totals *totals,
        const struct schema *schemas, size_t count)
{
    for (size_t s = 0; s < count; s++) {
        for (size_t i = 0; i < schemas[s].count; i++) {
            mutate(options, totals, &schemas[s], i, DELETE);
            mutate(options, totals, &schemas[s], i, DOUBLE);
            mutate(options, totals, &schemas[s], i, SWAP);
            for (int r = 0; r < REPLACEMENTS; r++) {
                mutate(options, totals, &schemas[s], i, REPLACE);
            }
        }
    }
}

static void mutate_sample(struct options *options, struct totals *totals,
        const struct schema *schemas, size_t count)
{
    for (unsigned long n = 0; n < options->sample; n++) {
        const struct schema *schema = &schemas[draw(options, count)];
        size_t index = draw(options, schema->count);
        mutate(options, totals, schema, index, (enum change)draw(options, 4));
    }
}

/* ---- The program ------------------------------------------------------------------------ */

static double share(unsigned part, unsigned of)
{
    return of == 0 ? 0 : 100.0 * part / of;
}

static void usage(void)
{
    fputs("usage: mutate [-n COUNT] [-s SEED] [-v] FOLDER SCHEMA...\n", stderr);
    exit(2);
}

int main(int argc, char **argv)
{
    struct options options = { .random = 1 };
    int option;
    while ((option = getopt(argc, argv, "n:s:v")) != -1) {
        switch (option) {
        case 'n': options.sample = strtoul(optarg, NULL, 10); break;
        case 's': options.random = strtoull(optarg, NULL, 10) | 1; break;
        case 'v': options.shows = true; break;
        default: usage();
        }
    }
    if (argc - optind < 2) {
        usage();
    }
    options.folder = argv[optind];
    size_t count = (size_t)(argc - optind - 1);
    struct schema *schemas = base_alloc(count * sizeof *schemas);
    for (size_t i = 0; i < count; i++) {
        schemas[i].path = argv[optind + 1 + (int)i];
        schemas[i].text = read_file(schemas[i].path);
        read_tokens(&schemas[i]);
    }
    struct totals totals = { 0 };
    (options.sample > 0 ? mutate_sample : mutate_all)(&options, &totals, schemas, count);
    for (size_t i = 0; i < count; i++) {
        free(schemas[i].text.data);
        free(schemas[i].tokens);
    }
    free(schemas);
    printf("%u mutants: %u accepted, %u refused, %u without a word\n", totals.tried,
            totals.accepted, totals.refused, totals.silent);
    printf("exactly one error: %.1f %%; first error at the place: %.1f %%\n",
            share(totals.one_error, totals.refused), share(totals.right_place, totals.refused));
    return totals.silent > 0 || share(totals.one_error, totals.refused) < 90 ||
           share(totals.right_place, totals.refused) < 90;
}
