// SPDX-License-Identifier: MIT
// shop.cpp - buyers ask an inventory, each request with a time limit.

#include <algorithm>
#include <numeric>

#include "bench.hpp"

using namespace caf;

namespace bench {

namespace {

constexpr int64_t products = 240;
constexpr std::chrono::seconds patience{60};

struct inventory_state {
  std::vector<int64_t> stock;
};

behavior inventory(stateful_actor<inventory_state>* self, int64_t stock) {
  self->state.stock.assign(products, stock);
  return {
    [=](buy_atom, int64_t product, int64_t count) -> result<int64_t> {
      auto& left = self->state.stock[static_cast<size_t>(product)];
      if (left < count)
        return sec::runtime_error;
      return left -= count;
    },
    [=](stock_atom) {
      auto& stock = self->state.stock;
      self->quit();
      return std::accumulate(stock.begin(), stock.end(), int64_t{0});
    },
  };
}

struct buyer_state {
  int64_t product = 0;
  int64_t left = 0;
  int64_t sold = 0;
};

void buy(stateful_actor<buyer_state>* self, const actor& seller,
         const actor& home) {
  auto& state = self->state;
  if (state.left == 0) {
    self->send(home, sold_atom_v, state.sold);
    return;
  }
  state.left--;
  state.product = (state.product + 7) % products;
  self->request(seller, patience, buy_atom_v, state.product, int64_t{1})
    .then(
      [=](int64_t) {
        self->state.sold++;
        buy(self, seller, home);
      },
      [](error& reason) { fail(reason); });
}

void buyer(stateful_actor<buyer_state>* self, const actor& seller,
           int64_t product, int64_t purchases, const actor& home) {
  self->state.product = product % products;
  self->state.left = purchases;
  buy(self, seller, home);
}

int64_t stock_left(scoped_actor& self, const actor& seller) {
  int64_t left = 0;
  self->request(seller, patience, stock_atom_v)
    .receive([&](int64_t n) { left = n; }, [](error& reason) { fail(reason); });
  return left;
}

} // namespace

double shop(actor_system& system, int64_t buyers, int64_t count) {
  scoped_actor self{system};
  auto seller = self->spawn(inventory, count);
  int64_t sold = 0;

  auto began = timer::now();
  for (int64_t i = 0; i < buyers; i++)
    self->spawn(buyer, seller, i, share(count, buyers, i), actor{self});
  int64_t home = 0;
  self->receive_for(home, buyers)([&](sold_atom, int64_t n) { sold += n; });
  auto took_ns = ns_since(began);

  check("sold", sold, count);
  check("in stock", stock_left(self, seller), products * count - count);
  return took_ns;
}

// The thread that asks is the program's first, which is none of the
// scheduler's.
percentiles ask(actor_system& system, int64_t count) {
  scoped_actor self{system};
  auto seller = self->spawn(inventory, count);
  std::vector<double> times_ns(static_cast<size_t>(count));
  int64_t expected = count;
  for (auto& time_ns : times_ns) {
    auto began = timer::now();
    self->request(seller, patience, buy_atom_v, int64_t{0}, int64_t{1})
      .receive([&](int64_t left) { check("left", left, --expected); },
               [](error& reason) { fail(reason); });
    time_ns = ns_since(began);
  }
  check("in stock", stock_left(self, seller), products * count - count);
  std::sort(times_ns.begin(), times_ns.end());
  return {times_ns[times_ns.size() / 2], times_ns[times_ns.size() * 99 / 100]};
}

} // namespace bench
