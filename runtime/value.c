/* SPDX-License-Identifier: MIT */
/* value.c - the small functions of actor.h that need no system: texts, strings, version, time. */
#include "clock.h"

#include <actorc/generated.h>

#include <string.h>

const char *actor_version(void)
{
    return ACTOR_VERSION;
}

const char *actor_err_text(actor_err err)
{
    switch (err) {
#define TEXT(name, text)                                                                       \
    case name: return text;
        ACTOR_ERR_MAP(TEXT)
#undef TEXT
    case ACTOR_ERR_COUNT: break;
    }
    return "unknown error";
}

actor_string actor_string_of(const char *text)
{
    return (actor_string){ .data = text, .len = text == NULL ? 0 : strlen(text) };
}

actor_duration actor_now(void)
{
    return clock_now();
}

actor_err actor__set_text(
        void *data, uint32_t *ret_len, uint32_t bound, const void *from, size_t len)
{
    if (len > bound || (from == NULL && len > 0)) {
        return ACTOR_ERR_INVALID;
    }
    if (len > 0) {
        memmove(data, from, len); /* from itself, perhaps */
    }
    ((char *)data)[len] = '\0';
    *ret_len = (uint32_t)len;
    return ACTOR_OK;
}
