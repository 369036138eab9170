// SPDX-License-Identifier: MIT
// main.cpp - runs a workload of the benchmark with CAF's event-based actors.
// usage: bench WORKLOAD COUNT WORKERS

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

#include "bench.hpp"

namespace bench {

void check(const char* what, int64_t is, int64_t must_be) {
  if (is != must_be) {
    std::fprintf(stderr, "%s: %lld, not %lld\n", what,
                 static_cast<long long>(is), static_cast<long long>(must_be));
    std::_Exit(EXIT_FAILURE);
  }
}

void fail(const caf::error& reason) {
  std::fprintf(stderr, "a request failed: %s\n",
               caf::to_string(reason).c_str());
  std::_Exit(EXIT_FAILURE);
}

int64_t handled(caf::scoped_actor& self,
                const std::vector<caf::actor>& actors) {
  int64_t sum = 0;
  for (auto& actor : actors)
    self->request(actor, caf::infinite, handled_atom_v)
      .receive([&](int64_t n) { sum += n; },
               [](caf::error& reason) { fail(reason); });
  return sum;
}

} // namespace bench

namespace {

using workload = std::function<double(caf::actor_system&, int64_t)>;

const std::map<std::string, workload> timed = {
  {"ping-pong", [](auto& system, auto n) { return bench::ring(system, 2, n); }},
  {"counting",
   [](auto& system, auto n) { return bench::flood(system, 1, 1, n); }},
  {"ring", [](auto& system, auto n) { return bench::ring(system, 100, n); }},
  {"create", bench::create},
  {"fork-join",
   [](auto& system, auto n) { return bench::flood(system, 1, 60, n); }},
  {"big", [](auto& system, auto n) { return bench::big(system, 120, n); }},
  {"chameneos",
   [](auto& system, auto n) { return bench::chameneos(system, 100, n); }},
  {"many-to-one",
   [](auto& system, auto n) { return bench::flood(system, 100, 1, n); }},
  {"shop", [](auto& system, auto n) { return bench::shop(system, 1000, n); }},
};

// Returns the exit status; 77 where there is no such workload.
int run(caf::actor_system& system, const std::string& name, int64_t count) {
  if (name == "memory") {
    std::printf("memory %lld bytes\n",
                static_cast<long long>(bench::memory(system, count)));
  } else if (name == "ask") {
    auto took = bench::ask(system, count);
    std::printf("ask %.3f us %.3f\n", took.p50_ns / 1e3, took.p99_ns / 1e3);
  } else if (auto found = timed.find(name); found != timed.end()) {
    auto took_ns = found->second(system, count);
    std::printf("%s %.2f ns\n", name.c_str(),
                took_ns / static_cast<double>(count));
  } else {
    std::fprintf(stderr, "no such workload\n");
    return 77;
  }
  return EXIT_SUCCESS;
}

} // namespace

int main(int argc, char** argv) {
  auto count = argc == 4 ? std::atoll(argv[2]) : 0;
  auto workers = argc == 4 ? std::atoll(argv[3]) : 0;
  if (count < 1 || workers < 1) {
    std::fprintf(stderr, "usage: bench WORKLOAD COUNT WORKERS\n");
    return EXIT_FAILURE;
  }
  caf::actor_system_config config;
  config.add_message_types<caf::id_block::bench>();
  config.set("scheduler.max-threads", static_cast<size_t>(workers));
  caf::actor_system system{config};
  return run(system, argv[1], count);
}
