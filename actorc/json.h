/* SPDX-License-Identifier: MIT */
/*
 * json.h - writes JSON, laid out for people, or on one line: commas, line ends and indentation are its business.
 *
 *     json_open(&json, NULL, '{');
 *     json_text(&json, "name", "BuyProduct");
 *     json_close(&json);
 */
#ifndef JSON_H
#define JSON_H

#include "buf.h"

#include <stdbool.h>
#include <stdint.h>

enum { JSON_DEPTH_MAX = 32 };

/* All zero but `out` is the beginning. */
struct json {
    struct buf *out;
    bool in_line; /* all on one line */
    unsigned depth;
    char ends[JSON_DEPTH_MAX]; /* what closes each level */
    bool has_items[JSON_DEPTH_MAX];
};

/* Begins an object '{' or an array '['. In an object each thing has a key, in an array the key is
 * NULL. */
void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json);

/* A text that is NULL is null. */
void json_text(struct json *json, const char *key, const char *text);
void json_bytes(struct json *json, const char *key, const char *text, size_t len);
void json_bool(struct json *json, const char *key, bool truth);
void json_null(struct json *json, const char *key);

/* An integer that a double cannot hold is written as a string of its digits. */
void json_integer(struct json *json, const char *key, int64_t number);
void json_magnitude(struct json *json, const char *key, uint64_t magnitude, bool negative);

/* A text that is already JSON. */
void json_raw(struct json *json, const char *key, const char *text);

#endif
