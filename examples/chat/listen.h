/* SPDX-License-Identifier: MIT */
/* listen.h - opens the socket that listens. */
#ifndef LISTEN_H
#define LISTEN_H

#include <stddef.h>
#include <stdint.h>

/* Opens a socket that listens at `host`, a name or an address, on `port`; 0 lets the kernel pick
 * one. Where it listens, such as "127.0.0.1:7000" or "[::1]:7000", is written to `ret_where`.
 * Returns -1 on failure, after saying why on stderr. Blocks while a name is looked up. */
int listen_open(const char *host, uint16_t port, char *ret_where, size_t where_size);

#endif
