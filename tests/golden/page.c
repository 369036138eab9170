/* SPDX-License-Identifier: MIT */
/*
 * page.c - reads what `actorc doc` wrote, as a browser that forgives nothing: tags close in order,
 * attributes are quoted, ids are unique, references have their ends, nothing comes from elsewhere,
 * and what the schemas declare is there with its comments.
 *
 * usage: page FOLDER SCHEMA...    FOLDER has the pages of one run over the schemas
 *        page --text FILE         prints what a reader sees, a line for each block
 */
#include "doc_part.h"
#include "session.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEPTH_MAX = 64 };

struct reference {
    const char *to;    /* "#id" or "file.html#id" */
    const char *place; /* "nav" or "svg" if it is in one, or "" */
    size_t line;
};

struct strings {
    const char **items;
    size_t count;
    size_t cap;
};

struct page {
    const char *name; /* "shop.html" */
    const char *at;   /* where the reader is */
    size_t line;
    const char *open[DEPTH_MAX]; /* the elements it is in */
    size_t depth;
    struct strings ids;
    struct reference *references;
    size_t reference_count;
    size_t reference_cap;
    struct buf seen; /* the text, with a line end at the ends of blocks */
    unsigned scripts;
};

static struct arena arena;
static unsigned faults;

static void BASE_PRINTF(2, 3) complain(const struct page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("%s:%zu: ", page->name, page->line);
    vprintf(format, args);
    printf("\n");
    va_end(args);
    faults++;
}

/* Says whether `word` is one of those that `words` names, each between spaces. */
static bool is_one_of(const char *word, const char *words)
{
    return strstr(words, arena_printf(&arena, " %s ", word)) != NULL;
}

static void add_string(struct strings *strings, const char *text)
{
    if (strings->count == strings->cap) {
        strings->cap = strings->cap == 0 ? 64 : 2 * strings->cap;
        strings->items = base_realloc(strings->items, strings->cap * sizeof *strings->items);
    }
    strings->items[strings->count++] = text;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool has_string(const struct strings *strings, const char *text)
{
    return strings->count > 0 && bsearch(&text, strings->items, strings->count,
                                         sizeof *strings->items, by_text) != NULL;
}

/* ---- Text ------------------------------------------------------------------------------- */

static bool is_in(const struct page *page, const char *element)
{
    for (size_t i = 0; i < page->depth; i++) {
        if (strcmp(page->open[i], element) == 0) {
            return true;
        }
    }
    return false;
}

/* Takes what is said of the schema: neither its C nor the version of actorc. */
static void see(struct page *page, const char *text, size_t len)
{
    static const char *const others[] = { "head", "pre", "footer" };
    bool is_other = false;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        is_other |= is_in(page, others[i]);
    }
    if (!is_other) {
        buf_put(&page->seen, text, len);
    }
}

/* "&amp;" and the like. Returns what is behind it. */
static const char *read_entity(struct page *page, const char *text)
{
    static const struct {
        const char *name;
        const char *text;
    } entities[] = {
        { "&amp;", "&" },
        { "&lt;", "<" },
        { "&gt;", ">" },
        { "&quot;", "\"" },
        { "&#39;", "'" },
        { "&rarr;", "\xe2\x86\x92" },
        { "&times;", "\xc3\x97" },
        { "&#9680;", "" },
        { "&#9776;", "" },
    };
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        size_t len = strlen(entities[i].name);
        if (strncmp(text, entities[i].name, len) == 0) {
            see(page, entities[i].text, strlen(entities[i].text));
            return text + len;
        }
    }
    complain(page, "'&' that begins nothing: '%.12s'", text);
    return text + 1;
}

/* One character. Returns what is behind it. */
static const char *read_character(struct page *page, const char *text)
{
    unsigned char c = (unsigned char)*text;
    if (c == '\n') {
        page->line++;
    } else if (c < 0x20 || c == 0x7f || c == '>' || c == '"') {
        complain(page, "a character that is to be escaped: 0x%02x", c);
    }
    size_t size = c < 0x80 ? 1 : source_utf8(text, strlen(text));
    if (size == 0) {
        complain(page, "no UTF-8");
        size = 1;
    }
    see(page, c == '\n' ? " " : text, size);
    return text + size;
}

/* ---- Attributes -------------------------------------------------------------------------- */

static void refer(struct page *page, const char *to)
{
    if (page->reference_count == page->reference_cap) {
        page->reference_cap = page->reference_cap == 0 ? 64 : 2 * page->reference_cap;
        page->references = base_realloc(
                page->references, page->reference_cap * sizeof *page->references);
    }
    const char *place = is_in(page, "nav") ? "nav" : is_in(page, "svg") ? "svg" : "";
    page->references[page->reference_count++] = (struct reference){ to, place, page->line };
}

static void take_attribute(
        struct page *page, const char *element, const char *name, const char *value)
{
    size_t len = strlen(value);
    if (strcmp(name, "id") == 0) {
        add_string(&page->ids, value);
    } else if (strcmp(name, "href") == 0) {
        if (strcmp(element, "link") != 0) {
            refer(page, value);
        } else if (strcmp(value, "data:,") != 0) {
            complain(page, "something of elsewhere: '%s'", value);
        }
    } else if (strcmp(name, "aria-controls") == 0) {
        refer(page, arena_printf(&arena, "#%s", value));
    } else if (strcmp(name, "marker-end") == 0) {
        if (strncmp(value, "url(#", 5) != 0 || value[len - 1] != ')') {
            complain(page, "no marker: '%s'", value);
        } else {
            refer(page, arena_printf(&arena, "#%.*s", (int)(len - 6), value + 5));
        }
    } else if (strncmp(name, "on", 2) == 0 || is_one_of(name, " src srcset data ")) {
        complain(page, "an attribute that has no place here: '%s'", name);
    } else if (strstr(value, "//") != NULL && strcmp(name, "xmlns") != 0 &&
               !is_one_of(name, " title content ")) {
        complain(page, "something of elsewhere: '%s'", value);
    }
}

/* Reads to the end of the tag. Returns what is behind its '>'; `ret_closed` is whether "/" stood
 * before that. */
static const char *read_attributes(
        struct page *page, const char *element, const char *text, bool *ret_closed)
{
    struct strings names = { 0 };
    *ret_closed = false;
    while (*text == ' ' || *text == '\n') {
        text += 1;
        size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
        const char *name = arena_strndup(&arena, text, len);
        text += len;
        const char *value = "";
        if (*text == '=') {
            size_t size = text[1] == '"' ? strcspn(text + 2, "\"<>") : 0;
            if (text[1] != '"' || text[2 + size] != '"') {
                complain(page, "the value of '%s' is not as it should be", name);
                break;
            }
            value = arena_strndup(&arena, text + 2, size);
            text += size + 3;
        } else if (!is_one_of(name, " hidden ")) {
            complain(page, "'%s' has no value", name);
        }
        for (size_t i = 0; i < names.count; i++) {
            if (strcmp(names.items[i], name) == 0) {
                complain(page, "'%s' twice in one tag", name);
            }
        }
        add_string(&names, name);
        take_attribute(page, element, name, value);
    }
    free(names.items);
    if (*text == '/') {
        *ret_closed = true;
        text++;
    }
    if (*text != '>') {
        complain(page, "a tag of '%s' that does not end", element);
        return text + strcspn(text, ">");
    }
    return text + 1;
}

/* ---- Elements ---------------------------------------------------------------------------- */

static const char blocks[] = " div section p ul li table tbody thead tr h1 h2 h3 h4 h5 nav main "
                             "header footer details summary pre svg text button ";

/* Where an element may stand, as far as browsers move it elsewhere if it does not. */
static void check_place(const struct page *page, const char *element)
{
    const char *parent = page->depth == 0 ? "" : page->open[page->depth - 1];
    static const struct {
        const char *elements;
        const char *parents;
    } rules[] = {
        { " li ", " ul ol " },
        { " tr ", " tbody thead " },
        { " tbody thead ", " table " },
        { " td th ", " tr " },
        { " summary ", " details " },
        { " html ", "  " },
        { " head body ", " html " },
        { " marker ", " defs " },
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (is_one_of(element, rules[i].elements) && !is_one_of(parent, rules[i].parents) &&
                !(page->depth == 0 && strcmp(element, "html") == 0)) {
            complain(page, "'%s' in '%s'", element, parent);
        }
    }
    bool is_block = is_one_of(element, blocks) && !is_in(page, "svg") &&
                    strcmp(element, "svg") != 0 && strcmp(element, "button") != 0;
    static const char *const phrases[] = { "p", "h1", "h2", "h3", "h4", "h5", "span", "code" };
    for (size_t i = 0; is_block && i < sizeof phrases / sizeof phrases[0]; i++) {
        if (is_in(page, phrases[i])) {
            complain(page, "'%s' within '%s'", element, phrases[i]);
        }
    }
    if (strcmp(element, "a") == 0 && is_in(page, "a")) {
        complain(page, "a link in a link");
    }
}

static const char *read_close(struct page *page, const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz12345");
    const char *element = arena_strndup(&arena, text, len);
    if (page->depth == 0 || strcmp(page->open[page->depth - 1], element) != 0) {
        complain(page, "'%s' closes while '%s' is open", element,
                page->depth == 0 ? "nothing" : page->open[page->depth - 1]);
    } else {
        page->depth--;
    }
    see(page, " ", strcmp(element, "td") == 0);
    see(page, "\n", is_one_of(element, blocks));
    return text + len + (text[len] == '>');
}

/* Style sheets and scripts end where they say so, whatever is in them. */
static const char *skip_raw(struct page *page, const char *text, const char *element)
{
    const char *end = strstr(text, arena_printf(&arena, "</%s>", element));
    if (end == NULL) {
        complain(page, "'%s' does not end", element);
        return text + strlen(text);
    }
    for (; text < end; text++) {
        page->line += *text == '\n';
    }
    page->scripts++;
    return text;
}

static const char *read_open(struct page *page, const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz12345");
    const char *element = arena_strndup(&arena, text, len);
    if (len == 0) {
        complain(page, "'<' that begins nothing");
        return text;
    }
    check_place(page, element);
    bool is_closed = false;
    text = read_attributes(page, element, text + len, &is_closed);
    bool is_void = is_one_of(element, " meta link input br ");
    if (is_closed && !is_in(page, "svg")) {
        complain(page, "'/' closes nothing here");
    }
    if (is_void || is_closed) {
        return text;
    }
    if (page->depth == DEPTH_MAX) {
        complain(page, "too deep");
        return text + strlen(text);
    }
    see(page, "\n", is_one_of(element, blocks));
    page->open[page->depth++] = element;
    return is_one_of(element, " style script ") ? skip_raw(page, text, element) : text;
}

static void read_page(struct page *page, const char *text)
{
    static const char doctype[] = "<!doctype html>\n";
    page->line = 1;
    if (strncmp(text, doctype, sizeof doctype - 1) != 0) {
        complain(page, "it does not say what it is");
        return;
    }
    text += sizeof doctype - 1;
    page->line++;
    while (*text != '\0') {
        text = strncmp(text, "</", 2) == 0 ? read_close(page, text + 2)
               : *text == '<'              ? read_open(page, text + 1)
               : *text == '&'              ? read_entity(page, text)
                                           : read_character(page, text);
    }
    if (page->depth > 0) {
        complain(page, "'%s' is still open", page->open[page->depth - 1]);
    }
    if (page->scripts != 2) {
        complain(page, "%u scripts and style sheets, not one of each", page->scripts);
    }
}

/* ---- References --------------------------------------------------------------------------- */

static void check_ids(struct page *page)
{
    qsort(page->ids.items, page->ids.count, sizeof *page->ids.items, by_text);
    for (size_t i = 1; i < page->ids.count; i++) {
        if (strcmp(page->ids.items[i - 1], page->ids.items[i]) == 0) {
            complain(page, "two things with the id '%s'", page->ids.items[i]);
        }
    }
}

static void check_reference(
        struct page *page, const char *to, const struct page *pages, size_t page_count)
{
    const struct page *target = page;
    size_t len = strcspn(to, "#");
    if (len > 0) {
        target = NULL;
        for (size_t i = 0; i < page_count; i++) {
            if (strlen(pages[i].name) == len && strncmp(pages[i].name, to, len) == 0) {
                target = &pages[i];
            }
        }
    }
    if (target == NULL || (to[len] == '#' && !has_string(&target->ids, to + len + 1))) {
        complain(page, "a link to nowhere: '%s'", to);
    }
}

static void check_references(struct page *page, const struct page *pages, size_t page_count)
{
    for (size_t i = 0; i < page->reference_count; i++) {
        page->line = page->references[i].line;
        check_reference(page, page->references[i].to, pages, page_count);
    }
}

/* ---- What is declared ---------------------------------------------------------------------- */

/* The characters of a comment that must be on the page in this order: no white space, of which U+2028
 * is some, no quotes of code. */
static const char *essence(const char *text)
{
    struct buf out = { 0 };
    buf_puts(&out, "");
    for (; *text != '\0'; text++) {
        if (strncmp(text, "\xe2\x80\xa8", 3) == 0) {
            text += 2;
        } else if (!isspace((unsigned char)*text) && *text != '`') {
            buf_put(&out, text, 1);
        }
    }
    const char *kept = arena_strndup(&arena, out.data == NULL ? "" : out.data, out.len);
    buf_fini(&out);
    return kept;
}

struct wanted {
    struct page *page;
    const char *seen; /* the essence of what is on it */
};

static void want_comment(const struct wanted *wanted, const char *what, const char *comment)
{
    if (comment != NULL && strstr(wanted->seen, essence(comment)) == NULL) {
        complain(wanted->page, "the comment of '%s' is not there", what);
    }
}

static void BASE_PRINTF(3, 4)
        want(const struct wanted *wanted, const char *comment, const char *format, ...)
{
    char id[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(id, sizeof id, format, args);
    va_end(args);
    if (!has_string(&wanted->page->ids, id)) {
        complain(wanted->page, "'%s' is not there", id);
    }
    want_comment(wanted, id, comment);
}

/* There is a link to the id in the contents or in a drawing. */
static void want_link(const struct wanted *wanted, const char *place, const char *id)
{
    const struct page *page = wanted->page;
    const char *to = arena_printf(&arena, "#%s", id);
    for (size_t i = 0; i < page->reference_count; i++) {
        const struct reference *reference = &page->references[i];
        if (strcmp(reference->place, place) == 0 && strcmp(reference->to, to) == 0) {
            return;
        }
    }
    complain(page, "no '%s' leads to '%s'", place, to);
}

/* A declaration with a section and an entry in the contents. */
static void want_section(
        const struct wanted *wanted, const char *kind, const char *name, const char *comment)
{
    const char *id = arena_printf(&arena, "%s-%s", kind, name);
    want(wanted, comment, "%s", id);
    want_link(wanted, "nav", id);
}

static void want_fields(
        const struct wanted *wanted, const char *id, const struct fields *fields)
{
    const struct field *f = fields == NULL ? NULL : fields->first;
    for (; f != NULL; f = f->next) {
        want(wanted, f->doc, "%s.%s", id, f->schema);
    }
}

static void want_actor(const struct wanted *wanted, const struct actor *a)
{
    const char *id = arena_printf(&arena, "actor-%s", a->name.schema);
    want_section(wanted, "actor", a->name.schema, a->doc);
    want_link(wanted, "svg", id);
    want_fields(wanted, arena_printf(&arena, "%s.argument", id), &a->args);
    want_fields(wanted, arena_printf(&arena, "%s.state", id), a->state);
    want_comment(wanted, id, a->start_doc);
    want_comment(wanted, id, a->stop_doc);
    for (const struct handler *h = a->handlers; h != NULL; h = h->next) {
        want(wanted, h->doc, "%s.on.%s", id, h->message->name.schema);
    }
    for (const struct mode *m = a->modes; m != NULL; m = m->next) {
        want(wanted, m->doc, "%s.mode.%s", id, m->schema);
        want_link(wanted, "svg", arena_printf(&arena, "%s.mode.%s", id, m->schema));
        for (const struct mode_entry *e = m->entries; e != NULL; e = e->next) {
            want_comment(wanted, id, e->doc);
        }
    }
    for (const struct child *c = a->children; c != NULL; c = c->next) {
        want(wanted, c->doc, "%s.child.%s", id, c->schema);
    }
}

static void want_model(const struct wanted *wanted, const struct model *model)
{
    want_comment(wanted, model->schema, model->doc);
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        want_actor(wanted, a);
    }
    for (const struct message *m = model->messages; m != NULL; m = m->next) {
        want_section(wanted, "message", m->name.schema, m->doc);
        want_fields(
                wanted, arena_printf(&arena, "message-%s", m->name.schema), &m->fields);
    }
    for (const struct union_type *u = model->unions; u != NULL; u = u->next) {
        want_section(wanted, "union", u->name.schema, u->doc);
        want_fields(wanted, arena_printf(&arena, "union-%s", u->name.schema), &u->members);
    }
    for (const struct enumeration *e = model->enumerations; e != NULL; e = e->next) {
        want_section(wanted, "enum", e->name.schema, e->doc);
        for (const struct member *m = e->members; m != NULL; m = m->next) {
            want(wanted, m->doc, "enum-%s.%s", e->name.schema, m->schema);
        }
    }
    for (const struct constant *c = model->constants; c != NULL; c = c->next) {
        want_section(wanted, "const", c->name.schema, c->doc);
    }
}

/* ---- Main --------------------------------------------------------------------------------- */

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    struct buf text = { 0 };
    char part[65536];
    size_t size;
    while ((size = fread(part, 1, sizeof part, file)) > 0) {
        buf_put(&text, part, size);
    }
    fclose(file);
    return text.data;
}

/* White space is one space, or one line end if there is one in it. */
static void print_seen(const struct buf *seen)
{
    const char *text = seen->data;
    const char *between = "";
    while (*text != '\0') {
        size_t blank = strspn(text, " \n");
        size_t len = strcspn(text + blank, " \n");
        const char *gap = memchr(text, '\n', blank) != NULL ? "\n" : blank > 0 ? " " : "";
        if (len > 0) {
            printf("%s%.*s", *between != '\0' ? gap : "", (int)len, text + blank);
            between = "y";
        }
        text += blank + len;
    }
    printf("\n");
}

static int print_text(const char *path)
{
    struct page page = { .name = path };
    read_page(&page, read_file(path));
    print_seen(&page.seen);
    return faults > 0;
}

static int check_pages(const char *folder, char *const *schemas, size_t count)
{
    struct session session;
    session_init(&session);
    const struct model **models = base_alloc(count * sizeof *models);
    count = session_check_all(&session, schemas, count, models);
    session_report(&session);
    struct page *pages = base_alloc((count + 1) * sizeof *pages);
    for (size_t i = 0; i < count; i++) {
        pages[i] = (struct page){ .name = doc_file(&arena, models[i]) };
        read_page(&pages[i], read_file(arena_printf(&arena, "%s/%s", folder, pages[i].name)));
        check_ids(&pages[i]);
        struct wanted wanted = { &pages[i], essence(pages[i].seen.data) };
        want_model(&wanted, models[i]);
    }
    for (size_t i = 0; i < count; i++) {
        check_references(&pages[i], pages, count);
    }
    return faults > 0 || count == 0;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: page FOLDER SCHEMA... | page --text FILE\n");
        return 2;
    }
    int status = strcmp(argv[1], "--text") == 0
                         ? print_text(argv[2])
                         : check_pages(argv[1], argv + 2, (size_t)argc - 2);
    /* Nothing was given back, as the end was near; so nobody is to look for what leaks. */
    fflush(stdout);
    _exit(status);
}
