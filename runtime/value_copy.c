/* SPDX-License-Identifier: MIT */
/* value_copy.c - copies of messages on the heap; names of enums. */
#include "layout.h"

#include <stdlib.h>
#include <string.h>

/* What a copy may have behind its struct; a limit, since a message may lead to itself. */
#define COPY_MAX_BYTES ((size_t)UINT32_MAX)

actor_err actor__copy(const actor_layout *layout, const void *message, void **ret_copy)
{
    size_t tail = 0;
    actor_err err = layout_measure(layout, message, COPY_MAX_BYTES, &tail);
    if (err != ACTOR_OK) {
        return err;
    }
    char *copy = malloc(layout->size + tail);
    if (copy == NULL) {
        return ACTOR_ERR_NO_MEMORY;
    }
    layout_copy(layout, copy, message, copy + layout->size);
    *ret_copy = copy;
    return ACTOR_OK;
}

void actor__free(void *copy)
{
    free(copy);
}

const char *actor__enum_name(const actor_enum *e, int64_t value)
{
    for (uint32_t i = 0; i < e->member_count; i++) {
        if (e->members[i].value == value) {
            return e->members[i].name;
        }
    }
    return "?";
}

/* What fits both the width and an enum of C. */
static bool is_in_range(actor_field_kind width, int64_t value)
{
    switch (width) {
    case ACTOR_FIELD_U8: return value >= 0 && value <= UINT8_MAX;
    case ACTOR_FIELD_U16: return value >= 0 && value <= UINT16_MAX;
    case ACTOR_FIELD_U32:
    case ACTOR_FIELD_U64: return value >= 0 && value <= INT32_MAX;
    case ACTOR_FIELD_I8: return value >= INT8_MIN && value <= INT8_MAX;
    case ACTOR_FIELD_I16: return value >= INT16_MIN && value <= INT16_MAX;
    default: return value >= INT32_MIN && value <= INT32_MAX;
    }
}

/* Reads decimal digits, with '-' before them or not, and nothing else. */
static bool parse_number(const char *text, int64_t *ret_value)
{
    bool is_negative = *text == '-';
    text += is_negative ? 1 : 0;
    int64_t value = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || value > UINT32_MAX) {
            return false;
        }
        value = value * 10 + (*text - '0');
    }
    *ret_value = is_negative ? -value : value;
    return true;
}

bool actor__enum_parse(const actor_enum *e, const char *text, int64_t *ret_value)
{
    for (uint32_t i = 0; i < e->member_count; i++) {
        if (strcmp(e->members[i].name, text) == 0) {
            *ret_value = e->members[i].value;
            return true;
        }
    }
    int64_t value;
    if (!e->open || !parse_number(text, &value) || !is_in_range(e->width, value)) {
        return false;
    }
    *ret_value = value;
    return true;
}
