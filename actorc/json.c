/* SPDX-License-Identifier: MIT */
/*
 * json.c - see json.h.
 */
#include "json.h"

#include "escape.h"

#include <inttypes.h>
#include <stdio.h>

static void end_line(struct json *json)
{
    if (json->in_line) {
        return;
    }
    buf_puts(json->out, "\n");
    buf_fill(json->out, ' ', (size_t)json->depth * 2);
}

/* Begins a value: what separates it from the one before, and its key. */
static void begin(struct json *json, const char *key)
{
    if (json->depth > 0) {
        if (json->has_items[json->depth - 1]) {
            buf_puts(json->out, json->in_line ? ", " : ",");
        }
        json->has_items[json->depth - 1] = true;
        end_line(json);
    }
    if (key != NULL) {
        escape_json(json->out, key);
        buf_puts(json->out, ": ");
    }
}

void json_open(struct json *json, const char *key, char bracket)
{
    begin(json, key);
    if (json->depth == JSON_DEPTH_MAX) {
        base_bug("JSON is nested too deeply");
    }
    buf_put(json->out, &bracket, 1);
    json->ends[json->depth] = bracket == '{' ? '}' : ']';
    json->has_items[json->depth] = false;
    json->depth++;
}

void json_close(struct json *json)
{
    json->depth--;
    if (json->has_items[json->depth]) {
        end_line(json);
    }
    buf_put(json->out, &json->ends[json->depth], 1);
    if (json->depth == 0) {
        buf_puts(json->out, "\n");
    }
}

void json_text(struct json *json, const char *key, const char *text)
{
    begin(json, key);
    escape_json(json->out, text);
}

void json_bytes(struct json *json, const char *key, const char *text, size_t len)
{
    begin(json, key);
    escape_json_bytes(json->out, text, len);
}

void json_raw(struct json *json, const char *key, const char *text)
{
    begin(json, key);
    buf_puts(json->out, text);
}

void json_bool(struct json *json, const char *key, bool truth)
{
    json_raw(json, key, truth ? "true" : "false");
}

void json_null(struct json *json, const char *key)
{
    json_raw(json, key, "null");
}

void json_magnitude(struct json *json, const char *key, uint64_t magnitude, bool negative)
{
    const uint64_t exact = UINT64_C(1) << 53;
    char text[32];
    const char *quote = magnitude < exact ? "" : "\"";
    snprintf(text, sizeof text, "%s%s%" PRIu64 "%s", quote, negative ? "-" : "", magnitude,
            quote);
    json_raw(json, key, text);
}

void json_integer(struct json *json, const char *key, int64_t number)
{
    bool negative = number < 0;
    uint64_t magnitude = negative ? ~(uint64_t)number + 1 : (uint64_t)number;
    json_magnitude(json, key, magnitude, negative);
}
