/* SPDX-License-Identifier: MIT */
/*
 * connection.h - a socket, what has been read from it and not been looked at, and what is to be
 * written to it. Both are bounded, and nothing here waits.
 *
 * One thread at a time.
 */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <stdbool.h>
#include <stddef.h>

enum {
    CONNECTION_LINE_MAX = 512, /* bytes, without the line end */
    CONNECTION_INPUT_MAX = 4096,
    CONNECTION_OUTPUT_MAX = 64 * 1024
};

struct connection;

enum connection_line {
    CONNECTION_NO_LINE, /* none is whole yet */
    CONNECTION_LINE,
    CONNECTION_LONG_LINE /* said once; all of it is skipped, and no other line */
};

/* Makes a connection of a connected socket, which it takes, also on failure. Returns NULL when
 * memory is missing or the socket cannot be set up: errno. */
struct connection *connection_new(int fd);

/* Closes it, after what can be written at once. The other end can read all that was written, even
 * if it sends on. Takes a struct connection; void * makes it a destroyer for actor_own(). */
void connection_free(void *connection);

int connection_fd(const struct connection *c);

/* Reads what has arrived, as far as there is room. Returns whether there was anything, be it the
 * end. */
bool connection_read(struct connection *c);

/* Takes the next line out of what was read; the text is lent until the next call and has no line
 * end (LF or CR LF). At the end of the input what is there counts as a line. */
enum connection_line connection_take_line(
        struct connection *c, const char **ret_text, size_t *ret_len);

/* Adds a line to what is to be written; false if there is no room, because the other end does not
 * read. What is to be written to a broken connection is forgotten. */
bool connection_put_line(struct connection *c, const char *text, size_t len);

/* Writes what can be written at once. */
void connection_write(struct connection *c);

/* The bytes that are still to be written. */
size_t connection_unwritten(const struct connection *c);

/* Nothing more can be read; lines may be left to be taken. */
bool connection_has_ended(const struct connection *c);

/* Nothing more can be written. connection_break() says so to the connection. */
bool connection_is_broken(const struct connection *c);
void connection_break(struct connection *c);

#endif
