/* SPDX-License-Identifier: MIT */
/* command.c - see command.h. */
#include "command.h"

#include "../shop/utf8.h"

#include <stdbool.h>
#include <string.h>

static struct command bad(const char *why)
{
    return (struct command){ COMMAND_BAD, why, strlen(why) };
}

/* Others see what is said on their terminals, which obey control characters: those of ASCII, and
 * U+0080 to U+009F. */
static bool has_control(const char *text, size_t len)
{
    const unsigned char *s = (const unsigned char *)text;
    for (size_t i = 0; i < len; i++) {
        if ((s[i] < 0x20 && s[i] != '\t') || s[i] == 0x7F ||
                (s[i] == 0xC2 && i + 1 < len && s[i + 1] < 0xA0)) {
            return true;
        }
    }
    return false;
}

/* Returns why nobody can have this name, or NULL. `*`, `!` and `/` begin lines that nobody says,
 * and a colon ends a name. */
static const char *name_problem(const char *name, size_t len)
{
    if (len == 0) {
        return "write /nick and a name";
    }
    if (len > COMMAND_NAME_MAX) {
        return "a name has at most 32 bytes";
    }
    if (strchr("*!/", name[0]) != NULL) {
        return "a name does not begin with * ! or /";
    }
    for (size_t i = 0; i < len; i++) {
        if (name[i] == ' ' || name[i] == '\t' || name[i] == ':') {
            return "a name has no spaces and no colon";
        }
    }
    return NULL;
}

static bool is_word(const char *line, size_t len, const char *word)
{
    return len == strlen(word) && memcmp(line, word, len) == 0;
}

static struct command read_slash(const char *line, size_t len)
{
    const char *space = memchr(line, ' ', len);
    size_t word_len = space == NULL ? len : (size_t)(space - line);
    const char *rest = space == NULL ? line + len : space + 1;
    size_t rest_len = len - (size_t)(rest - line);
    if (is_word(line, word_len, "/nick")) {
        const char *problem = name_problem(rest, rest_len);
        return problem != NULL ? bad(problem)
                               : (struct command){ COMMAND_NICK, rest, rest_len };
    }
    if (is_word(line, len, "/who")) {
        return (struct command){ .kind = COMMAND_WHO };
    }
    if (is_word(line, len, "/quit")) {
        return (struct command){ .kind = COMMAND_QUIT };
    }
    if (is_word(line, len, "/crash")) {
        return (struct command){ .kind = COMMAND_CRASH };
    }
    if (is_word(line, len, "/crash room")) {
        return (struct command){ .kind = COMMAND_CRASH_ROOM };
    }
    return bad("there are /nick NAME, /who and /quit");
}

struct command command_read(const char *line, size_t len)
{
    if (len == 0) {
        return (struct command){ .kind = COMMAND_NOTHING };
    }
    if (memchr(line, '\0', len) != NULL) {
        return bad("a line has no NUL byte");
    }
    if (!utf8_valid(line, len)) {
        return bad("a line is UTF-8");
    }
    if (has_control(line, len)) {
        return bad("a line has no control characters");
    }
    return line[0] == '/' ? read_slash(line, len) : (struct command){ COMMAND_SAY, line, len };
}
