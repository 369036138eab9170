// SPDX-License-Identifier: MIT
// bench.hpp - what the workloads have in common: their messages and how they
// are timed.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "caf/all.hpp"

CAF_BEGIN_TYPE_ID_BLOCK(bench, first_custom_type_id)

  CAF_ADD_ATOM(bench, bench, next_atom, "next")
  CAF_ADD_ATOM(bench, bench, token_atom, "token")
  CAF_ADD_ATOM(bench, bench, over_atom, "over")
  CAF_ADD_ATOM(bench, bench, handled_atom, "handled")
  CAF_ADD_ATOM(bench, bench, increment_atom, "increment")
  CAF_ADD_ATOM(bench, bench, work_atom, "work")
  CAF_ADD_ATOM(bench, bench, ping_atom, "ping")
  CAF_ADD_ATOM(bench, bench, pong_atom, "pong")
  CAF_ADD_ATOM(bench, bench, meet_atom, "meet")
  CAF_ADD_ATOM(bench, bench, change_atom, "change")
  CAF_ADD_ATOM(bench, bench, home_atom, "home")
  CAF_ADD_ATOM(bench, bench, met_atom, "met")
  CAF_ADD_ATOM(bench, bench, buy_atom, "buy")
  CAF_ADD_ATOM(bench, bench, sold_atom, "sold")
  CAF_ADD_ATOM(bench, bench, stock_atom, "stock")

CAF_END_TYPE_ID_BLOCK(bench)

namespace bench {

using timer = std::chrono::steady_clock;

// The median and the 99th percentile of an ask.
struct percentiles {
  double p50_ns;
  double p99_ns;
};

// Each returns how many ns all of `count` took.
double ring(caf::actor_system& system, int64_t members, int64_t count);
double flood(caf::actor_system& system, int64_t producers, int64_t counters,
             int64_t count);
double create(caf::actor_system& system, int64_t count);
double big(caf::actor_system& system, int64_t actors, int64_t count);
double chameneos(caf::actor_system& system, int64_t creatures, int64_t count);
double shop(caf::actor_system& system, int64_t buyers, int64_t count);

// Returns how many bytes an idle actor takes.
int64_t memory(caf::actor_system& system, int64_t count);

percentiles ask(caf::actor_system& system, int64_t count);

inline double ns_since(timer::time_point began) {
  return std::chrono::duration<double, std::nano>(timer::now() - began).count();
}

// Ends the program if a result is not what it must be.
void check(const char* what, int64_t is, int64_t must_be);

// Ends the program if a request has failed.
[[noreturn]] void fail(const caf::error& reason);

// The part of `count` that falls to the i-th of `parts`.
inline int64_t share(int64_t count, int64_t parts, int64_t i) {
  return count / parts + (i < count % parts ? 1 : 0);
}

// Asks each actor how many messages it has handled, which ends it; returns the
// sum.
int64_t handled(caf::scoped_actor& self, const std::vector<caf::actor>& actors);

} // namespace bench
