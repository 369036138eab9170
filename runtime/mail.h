/* SPDX-License-Identifier: MIT */
/*
 * mail.h - what other threads have for one that runs actors: cells to be looked at and jobs to be run, and whether
 * that thread sleeps, in one word. See mail.c. Floor 9.
 */
#ifndef RT_MAIL_H
#define RT_MAIL_H

#include "local.h"

/* The mail's word where it is no item; all are less than MAIL_ITEM_MIN. */
enum { MAIL_EMPTY = 0, MAIL_ASLEEP = 2, MAIL_LOCKED = 4 };

/* Items are the addresses of their links; the lowest bit of a job's is set. */
static inline uintptr_t mail_of_cell(struct cell *c)
{
    return (uintptr_t)&c->mail_next;
}

static inline uintptr_t mail_of_job(struct job *job)
{
    return (uintptr_t)&job->mail_next | 1;
}

static inline uintptr_t *mail_link(uintptr_t item)
{
    return (uintptr_t *)(item & ~(uintptr_t)1);
}

/* The job that an item is, or NULL if it is a cell. */
static inline struct job *mail_job(uintptr_t item)
{
    return (item & 1) != 0 ? list_entry(mail_link(item), struct job, mail_next) : NULL;
}

static inline struct cell *mail_cell(uintptr_t item)
{
    return list_entry(mail_link(item), struct cell, mail_next);
}

/* Gives a thread an item, and wakes it if it sleeps. Any thread. */
void mail_push(struct local *to, uintptr_t item);
/* Takes all items out. Owner only. Returns: the oldest, MAIL_EMPTY if there is none. */
uintptr_t mail_take(struct local *l);
/* The item after one that was taken; to be asked before anything is done with that one. */
static inline uintptr_t mail_next(uintptr_t item)
{
    return *mail_link(item);
}

/* Takes the place of a thread that sleeps: what it owns is the caller's until mail_unlock(). False if it does
 * not sleep. Any thread. */
bool mail_lock_asleep(struct local *l);
/* Ends that; `next` is MAIL_ASLEEP, or MAIL_EMPTY before the thread is woken. */
void mail_unlock(struct local *l, uintptr_t next);

/* Says that the thread is about to sleep; false if there is mail. Owner only. */
bool mail_fall_asleep(struct local *l);
/* Says that it is awake again, once nobody holds it locked. Owner only. */
void mail_wake_up(struct local *l);

#endif
