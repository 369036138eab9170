/* SPDX-License-Identifier: MIT */
/*
 * main.c - the chat: an example of actors that wait for sockets.
 *
 * Start reading at chat.actor, then session.c, room.c and listener.c; connection.c is the socket
 * with its buffers.
 */
#include "chat.actor.h"
#include "listen.h"
#include "options.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, WHERE_SIZE = 160, CLOSE_PATIENCE_S = 10 };

/* Where the chat is, and what ends it. */
struct place {
    int fd;
    char where[WHERE_SIZE];
    sigset_t signals;
};

/* As many descriptors as the process may have. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit); /* with fewer there is room for fewer clients */
    }
}

/* The signals that end the chat; they are blocked before there are threads, so that only main
 * takes them. */
static sigset_t block_signals(void)
{
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    return signals;
}

/* Returns when a signal has come, or the actors have given up. */
static void wait_for_end(actor_system *system, const sigset_t *signals)
{
    const struct timespec a_moment = { .tv_sec = 1 };
    while (sigtimedwait(signals, NULL, &a_moment) < 0 && actor_system_failure(system) == NULL) {
    }
}

/* Tells everybody good-bye, and stops the actors. */
static bool close_chat(actor_system *system, chat_chat_ref chat)
{
    chat_room_ref room;
    chat_close_reply *reply;
    if (chat_chat_room(system, chat, &room) == ACTOR_OK &&
            chat_room_ask_close(system, room, NULL, actor_seconds(CLOSE_PATIENCE_S), &reply) ==
                    ACTOR_OK) {
        actor_reply_free(reply);
    }
    actor_stop_report report = actor_system_stop(system, actor_seconds(CLOSE_PATIENCE_S));
    if (report.err != ACTOR_OK) {
        (void)fprintf(stderr, "chat: closing: %s; %" PRIu32 " actors abandoned\n",
                actor_err_text(report.err), report.abandoned);
    }
    return report.err == ACTOR_OK;
}

static bool serve_on(
        actor_system *system, const struct options *options, const struct place *place)
{
    chat_chat_ref chat;
    actor_err err = chat_chat_start(system,
            &(chat_chat_args){ .fd = place->fd, .allow_crash = options->allow_crash }, &chat);
    if (err != ACTOR_OK) {
        (void)fprintf(stderr, "chat: cannot start: %s\n", actor_err_text(err));
        return false;
    }
    (void)printf("listening on %s\n", place->where);
    if (fflush(stdout) != 0) {
        (void)fprintf(stderr, "chat: cannot write to standard output: %s\n", strerror(errno));
        return false;
    }
    wait_for_end(system, &place->signals);
    const char *failure = actor_system_failure(system);
    if (failure != NULL) {
        (void)fprintf(stderr, "chat: %s\n", failure);
    }
    return close_chat(system, chat) && failure == NULL;
}

static bool serve(const struct options *options)
{
    struct place place = { .signals = block_signals() };
    raise_descriptor_limit();
    place.fd = listen_open(options->host, options->port, place.where, sizeof place.where);
    if (place.fd < 0) {
        return false;
    }
    actor_system *system = actor_system_new(&(actor_config){ 0 });
    bool served = system != NULL && serve_on(system, options, &place);
    if (system == NULL) {
        (void)fprintf(stderr, "chat: cannot start the actors: %s\n", strerror(errno));
    }
    actor_system_free(system);
    (void)close(place.fd);
    return served;
}

int main(int argc, char **argv)
{
    struct options options;
    bool done = true;
    if (!options_read(argc, argv, &options)) {
        (void)fputs("Try 'chat --help'.\n", stderr);
        return EXIT_USAGE;
    }
    switch (options.wish) {
    case WISH_SERVE: done = serve(&options); break;
    case WISH_HELP: options_help(stdout); break;
    case WISH_VERSION: (void)printf("chat (actorc) %s\n", actor_version()); break;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        (void)fprintf(stderr, "chat: cannot write to standard output: %s\n", strerror(errno));
        done = false;
    }
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
