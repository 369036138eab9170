/* SPDX-License-Identifier: MIT */
/*
 * model_json_part.h - what messages and actors have in common as JSON.
 */
#ifndef MODEL_JSON_PART_H
#define MODEL_JSON_PART_H

#include "arena.h"
#include "json.h"
#include "model.h"

struct model_json {
    struct json json;
    const struct sources *sources;
    struct arena *arena; /* for texts */
    const struct model *model;
};

/* Writes "at": where the span is. */
void model_json_at(struct model_json *work, const char *key, struct span span);

/* Write the name, the documentation and the place of a thing. */
void model_json_head(
        struct model_json *work, const char *name, const char *doc, struct span span);

/* Writes a type; a value, null if there is none. */
void model_json_type(struct model_json *work, const char *key, const struct type *type);
void model_json_value(struct model_json *work, const char *key, const struct type *type,
        const struct value *value);

/* Writes what names a field has in C beyond those that every one has. `owner` is what it is of. */
typedef void model_json_names(
        struct model_json *work, const void *owner, const struct field *field);

/* Writes a list of fields. `names` may be NULL. */
void model_json_fields(struct model_json *work, const char *key, const struct fields *fields,
        model_json_names *names, const void *owner);

/* Writes which declaration is meant: its schema and its name. */
void model_json_name(struct model_json *work, const char *key, const struct model *home,
        const struct cname *name);

#endif
