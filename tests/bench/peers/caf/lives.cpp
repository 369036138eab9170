// SPDX-License-Identifier: MIT
// lives.cpp - actors that come and go, and actors that stay.

#include <unistd.h>

#include <atomic>
#include <fstream>

#include "bench.hpp"

using namespace caf;

namespace bench {

namespace {

std::atomic<int64_t> handled_in_all;

// Ends with its first message.
behavior mayfly(event_based_actor* self) {
  return {
    [=](work_atom, int64_t n) {
      handled_in_all.fetch_add(n, std::memory_order_relaxed);
      self->quit();
    },
  };
}

void creator(event_based_actor* self, int64_t count) {
  for (; count > 0; count--)
    self->send(self->spawn(mayfly), work_atom_v, int64_t{1});
}

struct idler_state {
  int64_t sum = 0;
};

behavior idler(stateful_actor<idler_state>* self) {
  return {
    [=](work_atom, int64_t n) {
      self->state.sum += n;
      return self->state.sum;
    },
  };
}

// Starts one idler after the other, so that no queue of answers is counted.
struct starter_state {
  std::vector<actor> idlers;
  int64_t sum = 0;
};

void start_next(stateful_actor<starter_state>* self, size_t count,
                const actor& whom) {
  if (self->state.idlers.size() == count) {
    self->send(whom, over_atom_v, self->state.sum);
    return;
  }
  auto next = self->spawn(idler);
  self->state.idlers.push_back(next);
  self->request(next, infinite, work_atom_v, int64_t{1}).then([=](int64_t n) {
    self->state.sum += n;
    start_next(self, count, whom);
  });
}

// Stays until it is told to go, and lets its idlers go then.
behavior starter(stateful_actor<starter_state>* self, size_t count,
                 actor whom) {
  self->state.idlers.reserve(count);
  start_next(self, count, whom);
  return {
    [=](home_atom) { self->quit(); },
  };
}

int64_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  int64_t all = 0;
  int64_t resident = 0;
  statm >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

} // namespace

double create(actor_system& system, int64_t count) {
  auto began = timer::now();
  system.spawn(creator, count);
  system.await_all_actors_done();
  auto took_ns = ns_since(began);

  check("messages", handled_in_all, count);
  return took_ns;
}

int64_t memory(actor_system& system, int64_t count) {
  scoped_actor self{system};
  int64_t sum = 0;

  auto before = resident_bytes();
  auto keeper = self->spawn(starter, static_cast<size_t>(count), actor{self});
  self->receive([&](over_atom, int64_t n) { sum = n; });
  auto after = resident_bytes();

  check("messages", sum, count);
  self->send(keeper, home_atom_v);
  return (after - before) / count;
}

} // namespace bench
