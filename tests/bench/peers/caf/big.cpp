// SPDX-License-Identifier: MIT
// big.cpp - each actor sends pings to others and waits for each pong, all at
// once.

#include "bench.hpp"

using namespace caf;

namespace bench {

namespace {

struct player_state {
  std::vector<actor> others;
  uint32_t seed = 0;
  int64_t left = 0;
  int64_t handled = 0;
};

void serve(stateful_actor<player_state>* self) {
  auto& state = self->state;
  state.seed = (state.seed * 1309 + 13849) & 65535;
  self->send(state.others[state.seed % state.others.size()], ping_atom_v,
             state.left);
}

behavior player(stateful_actor<player_state>* self, uint32_t seed,
                int64_t pings, actor referee) {
  self->state.seed = seed;
  self->state.left = pings;
  return {
    [=](next_atom, const std::vector<actor>& others) {
      self->state.others = others;
      serve(self);
    },
    [=](ping_atom, int64_t n) -> result<pong_atom, int64_t> {
      self->state.handled++;
      return {pong_atom_v, n};
    },
    [=](pong_atom, int64_t n) {
      check("pong", n, self->state.left);
      if (--self->state.left > 0)
        serve(self);
      else
        self->send(referee, over_atom_v);
    },
    [=](handled_atom) {
      self->quit();
      return self->state.handled;
    },
  };
}

} // namespace

double big(actor_system& system, int64_t actors, int64_t count) {
  auto pings = count / actors / 2;
  check("a count of two per actor or more", pings > 0, true);
  scoped_actor self{system};
  std::vector<actor> players;
  for (int64_t i = 0; i < actors; i++)
    players.push_back(
      self->spawn(player, static_cast<uint32_t>(i), pings, actor{self}));

  auto began = timer::now();
  for (size_t i = 0; i < players.size(); i++) {
    auto others = players;
    others.erase(others.begin() + static_cast<ptrdiff_t>(i));
    self->send(players[i], next_atom_v, std::move(others));
  }
  int64_t done = 0;
  self->receive_for(done, actors)([](over_atom) {});
  auto took_ns = ns_since(began);

  check("pings", handled(self, players), actors * pings);
  return took_ns * static_cast<double>(count)
         / static_cast<double>(2 * actors * pings);
}

} // namespace bench
