/* SPDX-License-Identifier: MIT */
/* sanitizers.h - what the sanitizers change: everything is slow, and under ThreadSanitizer crashes end
 * the process; see actor_contain_module(). */
#ifndef SANITIZERS_H
#define SANITIZERS_H

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HAS_THREAD_SANITIZER 1
#elif __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif

#if defined(__SANITIZE_THREAD__) || defined(HAS_THREAD_SANITIZER)
#define IS_SANITIZED true
#define CONTAINS_CRASHES false
#elif defined(__SANITIZE_ADDRESS__) || defined(HAS_ADDRESS_SANITIZER)
#define IS_SANITIZED true
#define CONTAINS_CRASHES true
#else
#define IS_SANITIZED false
#define CONTAINS_CRASHES true
#endif

#endif
