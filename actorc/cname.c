/* SPDX-License-Identifier: MIT */
/*
 * cname.c - see cname.h.
 *
 * Members of structs are bare names, so each must be something that is neither a keyword of any C
 * or C++ in use nor a macro that a header may have defined before ours is read. The lists have C23
 * and C++20, the macros of all headers of C11 and what POSIX and GNU C add in lower case.
 */
#include "cname.h"

#include <stdlib.h>
#include <string.h>

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static char to_lower(char c)
{
    return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static char to_upper(char c)
{
    return is_lower(c) ? (char)(c - 'a' + 'A') : c;
}

const char *cname_snake(struct arena *arena, const char *name)
{
    size_t len = strlen(name);
    char *snake = arena_alloc(arena, 2 * len + 1);
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        bool after_word = i > 0 && name[i - 1] != '_' && !is_upper(name[i - 1]);
        bool last_of_capitals = i > 0 && is_upper(name[i - 1]) && is_lower(name[i + 1]);
        if (is_upper(name[i]) && (after_word || last_of_capitals)) {
            snake[n++] = '_';
        }
        snake[n++] = to_lower(name[i]);
    }
    return snake;
}

const char *cname_upper(struct arena *arena, const char *name)
{
    bool is_mixed = false;
    for (const char *c = name; *c != '\0'; c++) {
        is_mixed = is_mixed || is_lower(*c);
    }
    const char *snake = is_mixed ? cname_snake(arena, name) : name;
    char *upper = arena_strndup(arena, snake, strlen(snake));
    for (char *c = upper; *c != '\0'; c++) {
        *c = to_upper(*c);
    }
    return upper;
}

/* C11 (7.31) keeps these for macros of its headers, now and later; with two that it forgot. */
static const struct family {
    const char *prefix;
    const char *next; /* what the character behind it is one of; NULL = anything */
} families[] = {
    { "E", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" },
    { "FE_", NULL },
    { "PRI", "abcdefghijklmnopqrstuvwxyzX" },
    { "SCN", "abcdefghijklmnopqrstuvwxyzX" },
    { "LC_", NULL },
    { "SIG", "ABCDEFGHIJKLMNOPQRSTUVWXYZ_" },
    { "ATOMIC_", NULL },
    { "TIME_", NULL },
    { "FLT_", NULL },
    { "DBL_", NULL },
    { "LDBL_", NULL },
    { "FP_", NULL },
    { "INT", "0123456789MPF_" },
    { "UINT", "0123456789MPF_" },
    { "atomic_", NULL },
};

enum { FAMILY_COUNT = sizeof families / sizeof families[0] };

static bool is_in_family(const char *name)
{
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        size_t len = strlen(families[i].prefix);
        if (name[0] == families[i].prefix[0] && strncmp(name, families[i].prefix, len) == 0 &&
                name[len] != '\0' &&
                (families[i].next == NULL || strchr(families[i].next, name[len]) != NULL)) {
            return true;
        }
    }
    return false;
}

/* Sorted, so that they can be searched. */
/* clang-format off */
static const char *const reserved[] = {
    "BUFSIZ", "CHAR_BIT", "CHAR_MAX", "CHAR_MIN", "CLOCKS_PER_SEC", "CMPLX", "CMPLXF",
    "CMPLXL", "DECIMAL_DIG", "FILENAME_MAX", "FOPEN_MAX", "HUGE_VAL", "HUGE_VALF",
    "HUGE_VALL", "I", "INFINITY", "LLONG_MAX", "LLONG_MIN", "LONG_MAX", "LONG_MIN",
    "L_tmpnam", "MATH_ERREXCEPT", "MATH_ERRNO", "MB_CUR_MAX", "MB_LEN_MAX", "NAN", "NULL",
    "ONCE_FLAG_INIT", "PTRDIFF_MAX", "PTRDIFF_MIN", "RAND_MAX", "SCHAR_MAX", "SCHAR_MIN",
    "SEEK_CUR", "SEEK_END", "SEEK_SET", "SHRT_MAX", "SHRT_MIN", "SIZE_MAX", "TMP_MAX",
    "TSS_DTOR_ITERATIONS", "UCHAR_MAX", "ULLONG_MAX", "ULONG_MAX", "USHRT_MAX", "WCHAR_MAX",
    "WCHAR_MIN", "WEOF", "WINT_MAX", "WINT_MIN", "actor_bytes", "actor_duration", "actor_err",
    "actor_string", "actor_timestamp", "alignas", "alignof", "and", "and_eq", "asm", "assert",
    "auto", "bitand", "bitor", "blkcnt_t", "blksize_t", "bool", "break", "case", "catch",
    "char", "char16_t", "char32_t", "char8_t", "class", "clock_t", "clockid_t", "cnd_t",
    "co_await", "co_return", "co_yield", "compl", "complex", "concept", "const", "const_cast",
    "consteval", "constexpr", "constinit", "continue", "d_fileno", "decltype", "default",
    "delete", "dev_t", "div_t", "do", "double", "double_t", "dynamic_cast", "else", "enum",
    "errno", "errno_t", "explicit", "export", "extern", "false", "fenv_t", "fexcept_t",
    "float", "float_t", "for", "fpclassify", "fpos_t", "friend", "gid_t", "goto", "h_addr",
    "h_errno", "i386", "id_t", "if", "imaginary", "imaxdiv_t", "inline", "ino_t", "int",
    "int16_t", "int32_t", "int64_t", "int8_t", "int_fast16_t", "int_fast32_t", "int_fast64_t",
    "int_fast8_t", "int_least16_t", "int_least32_t", "int_least64_t", "int_least8_t",
    "intmax_t", "intptr_t", "isalnum", "isalpha", "isblank", "iscntrl", "isdigit", "isfinite",
    "isgraph", "isgreater", "isgreaterequal", "isinf", "isless", "islessequal",
    "islessgreater", "islower", "isnan", "isnormal", "isprint", "ispunct", "isspace",
    "isunordered", "isupper", "isxdigit", "jmp_buf", "key_t", "kill_dependency", "lconv",
    "ldiv_t", "linux", "lldiv_t", "locale_t", "long", "math_errhandling", "max_align_t",
    "mbstate_t", "memory_order", "mode_t", "mtx_t", "mutable", "namespace", "new", "nlink_t",
    "no_argument", "noexcept", "noreturn", "not", "not_eq", "nullptr", "nullptr_t", "off_t",
    "offsetof", "once_flag", "operator", "optional_argument", "or", "or_eq", "pid_t",
    "private", "protected", "ptrdiff_t", "public", "register", "reinterpret_cast",
    "required_argument", "requires", "restrict", "return", "rsize_t", "s6_addr", "s6_addr16",
    "s6_addr32", "s_addr", "sa_handler", "sa_sigaction", "sched_priority", "setjmp", "short",
    "si_addr", "si_addr_lsb", "si_arch", "si_band", "si_call_addr", "si_fd", "si_int",
    "si_lower", "si_overrun", "si_pid", "si_pkey", "si_ptr", "si_status", "si_stime",
    "si_syscall", "si_timerid", "si_uid", "si_upper", "si_utime", "si_value", "sig_atomic_t",
    "sigev_notify_attributes", "sigev_notify_function", "sigjmp_buf", "signbit", "signed",
    "signgam", "sigset_t", "sigsetjmp", "sival_int", "sival_ptr", "size_t", "sizeof",
    "ssize_t", "st_atime", "st_atimensec", "st_ctime", "st_mtime", "static", "static_assert",
    "static_cast", "stderr", "stdin", "stdout", "struct", "suseconds_t", "switch", "template",
    "this", "thrd_t", "thread_local", "throw", "time_t", "timer_t", "true", "try", "tss_t",
    "typedef", "typeid", "typename", "typeof", "typeof_unqual", "uid_t", "uint16_t",
    "uint32_t", "uint64_t", "uint8_t", "uint_fast16_t", "uint_fast32_t", "uint_fast64_t",
    "uint_fast8_t", "uint_least16_t", "uint_least32_t", "uint_least64_t", "uint_least8_t",
    "uintmax_t", "uintptr_t", "union", "unix", "unsigned", "useconds_t", "using", "va_arg",
    "va_copy", "va_end", "va_list", "va_start", "virtual", "void", "volatile", "wchar_t",
    "wctrans_t", "wctype_t", "while", "wint_t", "xor", "xor_eq",
};
/* clang-format on */

static int compare(const void *name, const void *entry)
{
    return strcmp(name, *(const char *const *)entry);
}

bool cname_is_reserved(const char *name)
{
    enum { COUNT = sizeof reserved / sizeof reserved[0] };
    return bsearch(name, reserved, COUNT, sizeof reserved[0], compare) != NULL ||
           is_in_family(name);
}

const char *cname_safe(struct arena *arena, const char *name)
{
    return cname_is_reserved(name) ? arena_printf(arena, "%s_", name) : name;
}

struct cname cname_make(struct arena *arena, const char *prefix, const char *schema_name)
{
    struct cname name = { .schema = schema_name };
    name.stem = cname_snake(arena, schema_name);
    name.upper = cname_upper(arena, name.stem);
    name.c = cname_safe(arena, arena_printf(arena, "%s_%s", prefix, name.stem));
    name.macro = cname_upper(arena, name.c);
    return name;
}
