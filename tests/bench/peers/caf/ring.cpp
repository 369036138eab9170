// SPDX-License-Identifier: MIT
// ring.cpp - a token goes around; two members are ping-pong.

#include "bench.hpp"

using namespace caf;

namespace bench {

namespace {

struct member_state {
  actor next;
  int64_t handled = 0;
};

behavior member(stateful_actor<member_state>* self, actor referee) {
  return {
    [=](next_atom, const actor& next) { self->state.next = next; },
    [=](token_atom, int64_t left) {
      self->state.handled++;
      if (left == 0)
        self->send(referee, over_atom_v);
      else
        self->send(self->state.next, token_atom_v, left - 1);
    },
    [=](handled_atom) {
      self->quit();
      return self->state.handled;
    },
  };
}

} // namespace

double ring(actor_system& system, int64_t members, int64_t count) {
  scoped_actor self{system};
  std::vector<actor> ring;
  for (int64_t i = 0; i < members; i++)
    ring.push_back(self->spawn(member, actor{self}));
  for (size_t i = 0; i < ring.size(); i++)
    self->send(ring[i], next_atom_v, ring[(i + 1) % ring.size()]);

  auto began = timer::now();
  self->send(ring[0], token_atom_v, count - 1);
  self->receive([](over_atom) {});
  auto took_ns = ns_since(began);

  check("hops", handled(self, ring), count);
  return took_ns;
}

} // namespace bench
