/* SPDX-License-Identifier: MIT */
/*
 * memory.c - how much memory an actor takes that has handled one message, and now has nothing to do. See bench.h for how
 * it is called.
 */
#include "idle.h"

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "memory", 1000000);
    uint64_t before = bench_resident_bytes();
    idle_fill_with(bench.system, bench.count);
    uint64_t after = bench_resident_bytes();
    bench_close(&bench);
    (void)printf("%s %.1f bytes\n", bench.workload,
            ((double)after - (double)before) / (double)bench.count);
    return EXIT_SUCCESS;
}
