/* SPDX-License-Identifier: MIT */
/*
 * value_print.c - a message as one line of text, by its layout:
 *
 *     Order{number: 7, to: {street: "Main \"1\""}, lines: [{x: 1}, {x: 2}], paid: card{number: 1}}
 */
#include "layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct printer {
    char *text;
    size_t size;
    size_t len; /* of all that would be written */
    unsigned depth;
};

static void put(struct printer *p, const char *data, size_t len)
{
    if (p->len + 1 < p->size) {
        size_t room = p->size - 1 - p->len;
        memcpy(p->text + p->len, data, len < room ? len : room);
    }
    p->len += len;
}

static void puts_to(struct printer *p, const char *text)
{
    put(p, text, strlen(text));
}

/* ---- Scalars ---------------------------------------------------------------------------- */

static void print_signed(struct printer *p, int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    puts_to(p, text);
}

static void print_unsigned(struct printer *p, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    puts_to(p, text);
}

/* The shortest text that is read back as the same number. The point is a '.' in every locale. */
static void print_float(struct printer *p, double value, bool is_single)
{
    char text[64];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        double again = strtod(text, NULL);
        again = is_single ? (double)(float)again : again;
        if (again <= value && again >= value) {
            break;
        }
    }
    for (char *c = text; *c != '\0'; c++) {
        *c = strchr("+-0123456789einfa", *c) == NULL ? '.' : *c;
    }
    puts_to(p, text);
}

static void print_duration(struct printer *p, int64_t ns)
{
    static const struct {
        int64_t ns;
        const char *name;
    } units[] = { { ACTOR_SECOND, "s" }, { ACTOR_MILLISECOND, "ms" },
        { ACTOR_MICROSECOND, "us" } };
    for (size_t i = 0; i < RT_COUNT(units); i++) {
        if (ns % units[i].ns == 0) {
            print_signed(p, ns / units[i].ns);
            puts_to(p, units[i].name);
            return;
        }
    }
    print_signed(p, ns);
    puts_to(p, "ns");
}

static void print_string(struct printer *p, const char *at)
{
    actor_string s;
    memcpy(&s, at, sizeof s);
    puts_to(p, "\"");
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.data[i];
        char escape[8];
        if (c == '"' || c == '\\') {
            snprintf(escape, sizeof escape, "\\%c", c);
        } else if (c == '\n' || c == '\t' || c == '\r') {
            snprintf(escape, sizeof escape, "\\%c", c == '\n' ? 'n' : c == '\t' ? 't' : 'r');
        } else if (c < 0x20 || c == 0x7f) {
            snprintf(escape, sizeof escape, "\\x%02x", c);
        } else {
            put(p, &s.data[i], 1);
            continue;
        }
        puts_to(p, escape);
    }
    puts_to(p, "\"");
}

static void print_bytes(struct printer *p, const char *at)
{
    actor_bytes b;
    memcpy(&b, at, sizeof b);
    puts_to(p, "0x");
    for (size_t i = 0; i < b.len; i++) {
        char hex[4];
        snprintf(hex, sizeof hex, "%02x", b.data[i]);
        puts_to(p, hex);
    }
}

/* A text in a state: its length, and then its bytes. */
static void print_kept_text(struct printer *p, bool is_string, const char *at)
{
    uint32_t len;
    memcpy(&len, at, sizeof len);
    actor_string text = { at + sizeof len, len };
    if (is_string) {
        print_string(p, (const char *)&text);
    } else {
        print_bytes(p, (const char *)&text);
    }
}

static void print_enum(struct printer *p, const actor_enum *e, const char *at)
{
    int32_t value;
    memcpy(&value, at, sizeof value);
    for (uint32_t i = 0; i < e->member_count; i++) {
        if (e->members[i].value == value) {
            puts_to(p, e->members[i].name);
            return;
        }
    }
    print_signed(p, value);
}

static void print_address(struct printer *p, const char *what, const char *at)
{
    uint64_t bits;
    memcpy(&bits, at, sizeof bits);
    char text[32];
    snprintf(text, sizeof text, "%s %" PRIx64, what, bits);
    puts_to(p, bits == 0 ? "none" : text);
}

static int64_t signed_at(actor_field_kind kind, const char *at)
{
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    switch (kind) {
    case ACTOR_FIELD_I8: memcpy(&i8, at, sizeof i8); return i8;
    case ACTOR_FIELD_I16: memcpy(&i16, at, sizeof i16); return i16;
    case ACTOR_FIELD_I32: memcpy(&i32, at, sizeof i32); return i32;
    default: memcpy(&i64, at, sizeof i64); return i64;
    }
}

static uint64_t unsigned_at(actor_field_kind kind, const char *at)
{
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    switch (kind) {
    case ACTOR_FIELD_U8: memcpy(&u8, at, sizeof u8); return u8;
    case ACTOR_FIELD_U16: memcpy(&u16, at, sizeof u16); return u16;
    case ACTOR_FIELD_U32: memcpy(&u32, at, sizeof u32); return u32;
    default: memcpy(&u64, at, sizeof u64); return u64;
    }
}

static void print_scalar(struct printer *p, const actor_field *f, const char *at)
{
    bool truth;
    float f32;
    double f64;
    switch (f->kind) {
    case ACTOR_FIELD_BOOL:
        memcpy(&truth, at, sizeof truth);
        puts_to(p, truth ? "true" : "false");
        break;
    case ACTOR_FIELD_U8:
    case ACTOR_FIELD_U16:
    case ACTOR_FIELD_U32:
    case ACTOR_FIELD_U64: print_unsigned(p, unsigned_at(f->kind, at)); break;
    case ACTOR_FIELD_F32:
        memcpy(&f32, at, sizeof f32);
        print_float(p, (double)f32, true);
        break;
    case ACTOR_FIELD_F64:
        memcpy(&f64, at, sizeof f64);
        print_float(p, f64, false);
        break;
    case ACTOR_FIELD_DURATION: print_duration(p, signed_at(f->kind, at)); break;
    case ACTOR_FIELD_STRING: print_string(p, at); break;
    case ACTOR_FIELD_BYTES: print_bytes(p, at); break;
    case ACTOR_FIELD_ENUM: print_enum(p, f->detail, at); break;
    case ACTOR_FIELD_REF: print_address(p, "ref", at); break;
    case ACTOR_FIELD_CALL: print_address(p, "call", at); break;
    case ACTOR_FIELD_KEPT_STRING: print_kept_text(p, true, at); break;
    case ACTOR_FIELD_KEPT_BYTES: print_kept_text(p, false, at); break;
    case ACTOR_FIELD_OPAQUE: puts_to(p, "opaque"); break;
    default: print_signed(p, signed_at(f->kind, at)); break;
    }
}

/* ---- Structs ---------------------------------------------------------------------------- */

static void print_field(struct printer *p, const actor_field *f, const char *base);

static void print_layout(struct printer *p, const actor_layout *l, const char *body)
{
    puts_to(p, "{");
    for (uint16_t i = 0; i < l->field_count; i++) {
        puts_to(p, i == 0 ? "" : ", ");
        puts_to(p, l->fields[i].name);
        puts_to(p, ": ");
        print_field(p, &l->fields[i], body);
    }
    puts_to(p, "}");
}

static void print_union(struct printer *p, const actor_union *u, const char *at)
{
    const actor_union_member *member = layout_member(u, at);
    if (member == NULL) {
        puts_to(p, "none");
        return;
    }
    bool is_message = member->field.kind == ACTOR_FIELD_MESSAGE;
    puts_to(p, member->field.name);
    puts_to(p, is_message ? "" : "(");
    print_field(p, &member->field, at);
    puts_to(p, is_message ? "" : ")");
}

static void print_struct(struct printer *p, const actor_field *f, const char *at)
{
    if (p->depth == LAYOUT_DEPTH_MAX) {
        puts_to(p, "...");
        return;
    }
    p->depth++;
    if (f->kind == ACTOR_FIELD_MESSAGE) {
        print_layout(p, f->detail, at);
    } else {
        print_union(p, f->detail, at);
    }
    p->depth--;
}

static void print_items(
        struct printer *p, const actor_item *item, const char *items, size_t count)
{
    puts_to(p, "[");
    for (size_t i = 0; i < count; i++) {
        puts_to(p, i == 0 ? "" : ", ");
        print_field(p, &item->field, items + i * item->size);
    }
    puts_to(p, "]");
}

static void print_list(struct printer *p, const actor_item *item, const char *at)
{
    actor_list list;
    memcpy(&list, at, sizeof list);
    print_items(p, item, list.items, list.count);
}

static void print_kept_list(struct printer *p, const actor_item *item, const char *at)
{
    uint32_t count;
    memcpy(&count, at, sizeof count);
    print_items(p, item, at, count);
}

static void print_optional(struct printer *p, const actor_field *f, const char *base)
{
    const actor_item *item = f->detail;
    const void *target;
    bool has;
    if (f->kind == ACTOR_FIELD_POINTER) {
        memcpy(&target, base + f->offset, sizeof target);
    } else {
        memcpy(&has, base + f->bound, sizeof has);
        target = has ? base + f->offset : NULL;
    }
    if (target == NULL) {
        puts_to(p, "none");
    } else {
        print_field(p, &item->field, target);
    }
}

static void print_field(struct printer *p, const actor_field *f, const char *base)
{
    const char *at = base + f->offset;
    switch (f->kind) {
    case ACTOR_FIELD_MESSAGE:
    case ACTOR_FIELD_UNION: print_struct(p, f, at); break;
    case ACTOR_FIELD_LIST: print_list(p, f->detail, at); break;
    case ACTOR_FIELD_KEPT_LIST: print_kept_list(p, f->detail, at); break;
    case ACTOR_FIELD_ARRAY: print_items(p, f->detail, at, f->bound); break;
    case ACTOR_FIELD_OPTIONAL:
    case ACTOR_FIELD_POINTER: print_optional(p, f, base); break;
    default: print_scalar(p, f, at); break;
    }
}

size_t actor__print(const actor_layout *layout, char *text, size_t size, const void *message)
{
    struct printer p = { .text = text, .size = size };
    const char *dot = strrchr(layout->name, '.');
    puts_to(&p, dot == NULL ? layout->name : dot + 1);
    print_layout(&p, layout, message);
    if (size > 0) {
        text[p.len < size ? p.len : size - 1] = '\0';
    }
    return p.len;
}
