/* SPDX-License-Identifier: MIT */
/*
 * model_json.c - see model_json.h: the schema, and all it declares but the actors.
 */
#include "model_json.h"

#include "cname.h"
#include "kept.h"
#include "model_json_actor.h"
#include "spell.h"

#include <actorc/actor.h>

#include <inttypes.h>
#include <string.h>

#define PRINT(...) arena_printf(work->arena, __VA_ARGS__)

static void put_imports(struct model_json *work)
{
    struct json *json = &work->json;
    json_open(json, "imports", '[');
    for (const struct import *i = work->model->imports; i != NULL; i = i->next) {
        json_open(json, NULL, '{');
        json_text(json, "schema", i->model->schema);
        json_text(json, "prefix", i->model->prefix);
        model_json_at(work, "at", i->span);
        json_close(json);
    }
    json_close(json);
}

static void put_constants(struct model_json *work)
{
    struct json *json = &work->json;
    json_open(json, "constants", '[');
    for (const struct constant *c = work->model->constants; c != NULL; c = c->next) {
        json_open(json, NULL, '{');
        model_json_head(work, c->name.schema, c->doc, c->span);
        model_json_type(work, "type", &c->type);
        model_json_value(work, "value", &c->type, &c->value);
        json_text(json, "c", c->name.macro);
        json_close(json);
    }
    json_close(json);
}

static void put_enum(struct model_json *work, const struct enumeration *e)
{
    struct json *json = &work->json;
    const struct type width = { .kind = e->width };
    json_open(json, NULL, '{');
    model_json_head(work, e->name.schema, e->doc, e->span);
    json_text(json, "width", spell_type(work->arena, &width));
    json_bool(json, "open", e->open);
    json_open(json, "c", '{');
    json_text(json, "enum", e->name.c);
    json_text(json, "name", PRINT("%s_name", e->name.c));
    json_text(json, "parse", PRINT("%s_parse", e->name.c));
    json_close(json);
    json_open(json, "members", '[');
    for (const struct member *m = e->members; m != NULL; m = m->next) {
        json_open(json, NULL, '{');
        model_json_head(work, m->schema, m->doc, m->span);
        json_integer(json, "value", m->value);
        json_text(json, "c", m->c);
        json_close(json);
    }
    json_close(json);
    json_close(json);
}

static void put_tag(struct model_json *work, const void *owner, const struct field *member)
{
    const struct union_type *u = owner;
    json_text(&work->json, "tag",
            PRINT("%s_%s", u->name.macro, cname_upper(work->arena, member->schema)));
}

static void put_unions(struct model_json *work)
{
    struct json *json = &work->json;
    json_open(json, "unions", '[');
    for (const struct union_type *u = work->model->unions; u != NULL; u = u->next) {
        json_open(json, NULL, '{');
        model_json_head(work, u->name.schema, u->doc, u->span);
        json_open(json, "c", '{');
        json_text(json, "struct", u->name.c);
        json_text(json, "kind", PRINT("%s_kind", u->name.c));
        json_close(json);
        model_json_fields(work, "members", &u->members, put_tag, u);
        json_close(json);
    }
    json_close(json);
}

static void put_reserved(struct model_json *work, const struct reserved *reserved)
{
    struct json *json = &work->json;
    json_open(json, "reserved", '[');
    for (const struct reserved *r = reserved; r != NULL; r = r->next) {
        json_open(json, NULL, '{');
        if (r->name != NULL) {
            json_text(json, "name", r->name);
        } else {
            json_integer(json, "from", r->from);
            json_integer(json, "to", r->to);
        }
        model_json_at(work, "at", r->span);
        json_close(json);
    }
    json_close(json);
}

static void put_answers(struct model_json *work, const struct message *message)
{
    struct json *json = &work->json;
    const char *c = message->name.c;
    json_open(json, "answers", '[');
    for (const struct answer *a = message->answers; a != NULL; a = a->next) {
        const struct cname *name = &a->message->name;
        json_open(json, NULL, '{');
        model_json_name(work, "message", a->message->home, name);
        model_json_at(work, "at", a->span);
        json_open(json, "c", '{');
        json_text(json, "function", PRINT("%s_answer_%s", c, name->stem));
        json_text(json, "kind", PRINT("%s_REPLY_%s", message->name.macro, name->upper));
        json_text(json, "member", a->member);
        json_close(json);
        json_close(json);
    }
    json_close(json);
}

static void put_message_names(struct model_json *work, const struct message *message)
{
    struct json *json = &work->json;
    const char *c = message->name.c;
    const char *macro = message->name.macro;
    const struct measures *measures = &message->fields.measures;
    bool is_bounded = measures->tail_max != MEASURES_UNBOUNDED;
    json_open(json, "c", '{');
    json_text(json, "struct", c);
    json_text(json, "init", PRINT("%s_INIT", macro));
    json_text(json, "max_size", is_bounded ? PRINT("%s_MAX_SIZE", macro) : NULL);
    json_text(json, "equal", PRINT("%s_equal", c));
    json_text(json, "print", PRINT("%s_print", c));
    json_text(json, "copy", measures->variable ? PRINT("%s_copy", c) : NULL);
    json_text(json, "free", measures->variable ? PRINT("%s_free", c) : NULL);
    if (message->answers != NULL) {
        json_text(json, "call", PRINT("%s_call", c));
        json_text(json, "reply", PRINT("%s_reply", c));
        json_text(json, "reply_kind", PRINT("%s_reply_kind", c));
        json_text(json, "fail", PRINT("%s_fail", c));
        json_text(json, "keep", PRINT("%s_keep", c));
        json_text(json, "await", PRINT("%s_await", c));
        json_text(json, "then", PRINT("%s_then", c));
        json_text(json, "error", PRINT("%s_REPLY_ERROR", macro));
    }
    json_close(json);
}

static void put_message(struct model_json *work, const struct message *message)
{
    struct json *json = &work->json;
    json_open(json, NULL, '{');
    model_json_head(work, message->name.schema, message->doc, message->span);
    json_bool(json, "request", message->answers != NULL);
    model_json_fields(work, "fields", &message->fields, NULL, NULL);
    put_reserved(work, message->fields.reserved);
    put_answers(work, message);
    put_message_names(work, message);
    json_close(json);
}

/* What states keep in a form of its own. */
static void put_kept(struct model_json *work)
{
    struct json *json = &work->json;
    const struct model *model = work->model;
    json_open(json, "kept", '[');
    for (size_t i = 0; i < model->kept_count; i++) {
        const struct message *m = model->kept[i].message;
        const struct union_type *u = model->kept[i].union_type;
        const struct model *home = m != NULL ? m->home : u->home;
        const struct cname *name = m != NULL ? &m->name : &u->name;
        const char *c = kept_name(work->arena, model, name, home);
        json_open(json, NULL, '{');
        model_json_name(work, m != NULL ? "message" : "union", home, name);
        json_open(json, "c", '{');
        json_text(json, "state", PRINT("%s_state", c));
        json_text(json, "view", PRINT("%s_view", c));
        json_close(json);
        json_close(json);
    }
    json_close(json);
}

static void put_schema(struct model_json *work)
{
    const struct model *model = work->model;
    struct json *json = &work->json;
    json_integer(json, "format", MODEL_JSON_FORMAT);
    json_text(json, "actorc", ACTOR_VERSION);
    json_text(json, "schema", model->schema);
    const char *slash = strrchr(model->source->path, '/');
    json_text(json, "file", slash == NULL ? model->source->path : slash + 1);
    json_text(json, "doc", model->doc);
    model_json_at(work, "at", model->schema_span);
    json_text(json, "prefix", model->prefix);
    json_text(json, "macro_prefix", model->macro_prefix);
    json_text(json, "fingerprint", PRINT("%016" PRIx64, model->fingerprint));
}

void model_json(const struct model *model, const struct sources *sources, struct arena *arena,
        struct buf *out)
{
    struct model_json work = {
        .json = { .out = out }, .sources = sources, .arena = arena, .model = model
    };
    struct json *json = &work.json;
    json_open(json, NULL, '{');
    put_schema(&work);
    put_imports(&work);
    put_constants(&work);
    json_open(json, "enums", '[');
    for (const struct enumeration *e = model->enumerations; e != NULL; e = e->next) {
        put_enum(&work, e);
    }
    json_close(json);
    put_unions(&work);
    json_open(json, "messages", '[');
    for (const struct message *m = model->messages; m != NULL; m = m->next) {
        put_message(&work, m);
    }
    json_close(json);
    json_open(json, "actors", '[');
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        model_json_actor(&work, a);
    }
    json_close(json);
    put_kept(&work);
    json_close(json);
}
