/* SPDX-License-Identifier: MIT */
/*
 * probe.h - places where a tracer (SystemTap, bpftrace, perf) may look in, where <sys/sdt.h> was there to
 * build with: a no-op each, and nothing that is computed for it. Elsewhere nothing at all. They are listed in
 * actorc(3). Floor 0.
 */
#ifndef RT_PROBE_H
#define RT_PROBE_H

#if defined(__has_include) && !defined(__SANITIZE_ADDRESS__)
#if __has_include(<sys/sdt.h>)
#include <sys/sdt.h>
#ifdef __clang__ /* minds how that header is written */
#define PROBE(name, a, b, c)                                                                   \
    _Pragma("clang diagnostic push")                                                           \
            _Pragma("clang diagnostic ignored \"-Wgnu-zero-variadic-macro-arguments\"")        \
                    DTRACE_PROBE3(actorc, name, a, b, c);                                      \
    _Pragma("clang diagnostic pop")
#else
#define PROBE(name, a, b, c) DTRACE_PROBE3(actorc, name, a, b, c)
#endif
#endif
#endif

#ifndef PROBE
#define PROBE(name, a, b, c) ((void)0)
#endif

#endif
