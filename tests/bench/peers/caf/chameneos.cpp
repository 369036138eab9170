// SPDX-License-Identifier: MIT
// chameneos.cpp - creatures meet at a mall and change their colours.

#include "bench.hpp"

using namespace caf;

namespace bench {

namespace {

constexpr int32_t colours = 3;

// The third colour, unless both are the same.
int32_t complement(int32_t a, int32_t b) {
  return a == b ? a : colours - a - b;
}

struct creature_state {
  int32_t colour = 0;
  int64_t meetings = 0;
};

behavior creature(stateful_actor<creature_state>* self, actor mall,
                  int32_t colour) {
  auto visit = [=] {
    self->send(mall, meet_atom_v, actor{self}, self->state.colour);
  };
  self->state.colour = colour;
  visit();
  return {
    [=](meet_atom, const actor& other, int32_t others) {
      self->state.colour = complement(self->state.colour, others);
      self->state.meetings++;
      self->send(other, change_atom_v, self->state.colour);
      visit();
    },
    [=](change_atom, int32_t mine) {
      self->state.colour = mine;
      self->state.meetings++;
      visit();
    },
    [=](home_atom) {
      self->send(mall, met_atom_v, self->state.meetings);
      self->quit();
    },
  };
}

struct mall_state {
  actor waiting;
  int64_t left = 0;
  int64_t inside = 0;
  int64_t meetings = 0;
};

behavior mall(stateful_actor<mall_state>* self, int64_t creatures,
              int64_t count, actor referee) {
  self->state.left = count;
  self->state.inside = creatures;
  return {
    [=](meet_atom, const actor& visitor, int32_t colour) {
      auto& state = self->state;
      if (state.left == 0) {
        self->send(visitor, home_atom_v);
      } else if (!state.waiting) {
        state.waiting = visitor;
      } else {
        state.left--;
        self->send(state.waiting, meet_atom_v, visitor, colour);
        state.waiting = nullptr;
      }
    },
    [=](met_atom, int64_t meetings) {
      auto& state = self->state;
      state.meetings += meetings;
      if (--state.inside == 0) {
        self->send(referee, over_atom_v, state.meetings);
        self->quit();
      }
    },
  };
}

} // namespace

double chameneos(actor_system& system, int64_t creatures, int64_t count) {
  scoped_actor self{system};
  int64_t meetings = 0;

  auto began = timer::now();
  auto meeting_place = self->spawn(mall, creatures, count, actor{self});
  for (int64_t i = 0; i < creatures; i++)
    self->spawn(creature, meeting_place, static_cast<int32_t>(i % colours));
  self->receive([&](over_atom, int64_t n) { meetings = n; });
  auto took_ns = ns_since(began);

  check("meetings", meetings, 2 * count);
  return took_ns;
}

} // namespace bench
