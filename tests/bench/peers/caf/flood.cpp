// SPDX-License-Identifier: MIT
// flood.cpp - producers flood counters: one to one is counting, one to many
// fork-join.

#include "bench.hpp"

using namespace caf;

namespace bench {

namespace {

struct counter_state {
  int64_t sum = 0;
};

behavior counter(stateful_actor<counter_state>* self) {
  return {
    [=](increment_atom, int64_t by) { self->state.sum += by; },
    [=](handled_atom) {
      self->quit();
      return self->state.sum;
    },
  };
}

// Sends its increments round robin.
void producer(event_based_actor* self, const std::vector<actor>& counters,
              int64_t increments) {
  size_t next = 0;
  for (; increments > 0; increments--) {
    self->send(counters[next], increment_atom_v, int64_t{1});
    if (++next == counters.size())
      next = 0;
  }
}

} // namespace

double flood(actor_system& system, int64_t producers, int64_t counters,
             int64_t count) {
  scoped_actor self{system};
  std::vector<actor> flooded;
  for (int64_t i = 0; i < counters; i++)
    flooded.push_back(self->spawn(counter));

  auto began = timer::now();
  std::vector<actor> flooding;
  for (int64_t i = 0; i < producers; i++)
    flooding.push_back(
      self->spawn(producer, flooded, share(count, producers, i)));
  self->wait_for(flooding);
  auto sum = handled(self, flooded);
  auto took_ns = ns_since(began);

  check("increments", sum, count);
  return took_ns;
}

} // namespace bench
