# SPDX-License-Identifier: MIT
# The build of actorc. `make` builds everything, `make demo` runs the shop, `make check` runs the
# tests; CONTRIBUTING.md has the rest. All that is built lies below build/$(MODE)/.

MAKEFLAGS += --no-builtin-rules
MODE   ?= $(if $(filter demo bench bench-compiler bench-savina size install check-long,$(firstword $(MAKECMDGOALS))),release,debug)
PREFIX ?= /usr/local
OBJCOPY ?= objcopy
TO     := $(DESTDIR)$(PREFIX)
B      := build/$(MODE)
O      := $(B)/obj
GEN    := $(B)/gen

# RT_FAULTS: tests may let allocations fail, see runtime/pool.h.
FLAGS.debug   := -O0 -g3 -DRT_FAULTS
FLAGS.release := -O2 -g
FLAGS.asan    := -O1 -g -DRT_FAULTS -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS.tsan    := -O1 -g -DRT_FAULTS -fsanitize=thread
FLAGS.fuzz    := $(FLAGS.asan) -fsanitize=fuzzer-no-link
# Threads count together.
FLAGS.coverage := -O0 -g -DRT_FAULTS -DRT_COVERAGE --coverage -fprofile-update=atomic
$(if $(FLAGS.$(MODE)),,$(error MODE is debug, release, asan, tsan, fuzz or coverage, not '$(MODE)'))

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes
FLAGS    := -std=c11 -D_POSIX_C_SOURCE=200809L -pthread $(WARNINGS) $(FLAGS.$(MODE)) \
            $(if $(CI),-Werror) $(CPPFLAGS) $(CFLAGS)

VERSION   := $(shell sed -n 's/^\#define ACTOR_VERSION "\(.*\)"/\1/p' runtime/include/actorc/actor.h)
SONAME    := libactorc.so.$(firstword $(subst ., ,$(VERSION)))
PARSER    := $(O)/actorc/parser.o $(O)/actorc/lexer.o
PAGES     := $(wildcard actorc/explain/*.txt)
COMPILER  := $(patsubst %.c,$(O)/%.o,$(wildcard actorc/*.c)) $(PARSER) $(O)/actorc/explain_pages.o $(O)/actorc/doc_asset.o
RUNTIME   := $(patsubst %.c,$(O)/%.o,$(wildcard runtime/*.c))
# A simulation has its own of what touches the machine; the rest is compiled again, with faults.
SIMULATED := $(filter-out mail.c sharing.c $(notdir $(wildcard runtime/sim/*.c)),$(notdir $(wildcard runtime/*.c)))
SIM       := $(patsubst %.c,$(O)/sim/%.o,$(wildcard runtime/sim/*.c)) \
             $(patsubst %.c,$(O)/sim/runtime/%.o,$(SIMULATED))
SHOP      := $(patsubst %.c,$(O)/%.o,$(wildcard examples/shop/*.c))
CHAT      := $(patsubst %.c,$(O)/%.o,$(wildcard examples/chat/*.c)) $(O)/examples/shop/utf8.o $(O)/examples/shop/number.o
SCHEMAS   := $(wildcard schemas/*.actor tests/schemas/*.actor tests/bench/*.actor examples/*/*.actor tests/bench/savina/*.actor)
HEADERS   := $(patsubst %,$(GEN)/%.h,$(notdir $(SCHEMAS)))
BENCHES   := $(patsubst %.c,$(B)/%,$(wildcard tests/bench/*.c))
SAVINA    := $(patsubst %.c,$(B)/%,$(wildcard tests/bench/savina/*.c))
# What the harness runs: our side of the workloads, and what prints series. The others run alone.
WORKLOAD  := ping_pong counting ring create fork_join big chameneos many_to_one shop memory ask
SERIES    := $(filter $(B)/tests/bench/series,$(BENCHES))
ALONE     := $(filter-out $(addprefix $(B)/tests/bench/,$(WORKLOAD)) $(SERIES),$(BENCHES))
HARNESS   := $(patsubst %.c,$(O)/%.o,$(wildcard tests/bench/harness/*.c))
TESTS     := $(patsubst %.c,$(B)/%,$(wildcard $(patsubst %,tests/%/test_*.c,unit/* run shop chat kit harness)))
SIMS      := $(addprefix $(B)/tests/sim/,shop oversell broken overload story kinds race shop_memory)
TOOLS     := $(SIMS) $(patsubst %.c,$(B)/%,$(wildcard tests/mutation/*.c tests/random/*.c tests/golden/*.c tests/robust/*.c \
             tests/harness/*_check.c tests/long/*.c)) $(B)/tests/bench_harness
FUZZERS   := $(patsubst %.c,$(B)/%,$(wildcard tests/fuzz/fuzz_*.c))
INSIDERS  := $(patsubst %,$(O)/tests/%/%,unit/actorc mutation fuzz golden)
TESTS_O   := $(patsubst $(B)/%,$(O)/%.o,$(TESTS) $(TOOLS) $(FUZZERS) $(BENCHES) $(SAVINA)) \
             $(patsubst %.c,$(O)/%.o,$(wildcard tests/sim/*.c))
LIBRARIES := $(B)/libactorc.a $(B)/$(SONAME) $(B)/libactorc_sim.a

all: $(B)/actorc $(LIBRARIES) $(B)/shop $(B)/chat

# ---- What people call -----------------------------------------------------------------------

# Both also work on a machine that has nothing but make: what is missing is installed first.
demo:
	@CC='$(CC)' tests/deps.sh build
	@+$(MAKE) --no-print-directory MODE=$(MODE) $(B)/shop
	$(B)/shop

check:
	@CC='$(CC)' tests/deps.sh build check
	@+$(MAKE) --no-print-directory MODE=$(MODE) all tests
	@MAKE='$(MAKE)' CC='$(CC)' MODE=$(MODE) tests/check.sh $(B) $(SUITES)

# With gcc, whose gcov says what was taken. KEEP=1 and SUITES=... add to what was counted before.
coverage:
	@tests/deps.sh build check
	@+$(MAKE) --no-print-directory MODE=coverage CC=gcc all tests
	@MAKE='$(MAKE)' CC=gcc MODE=coverage tests/coverage.sh build/coverage $(SUITES)

# Of what the runs before have left.
report:
	tests/report.sh > TESTING.md.new && mv TESTING.md.new TESTING.md

deps:
	@CC='$(CC)' tests/deps.sh build check lint sanitizers

# What only check-long needs.
deps-long: deps
	@CC='$(CC)' tests/deps.sh long

tests: $(TESTS) $(TOOLS) $(BENCHES) $(SAVINA) $(B)/tests/model/check

check-long:
	@CC='$(CC)' tests/deps.sh sanitizers long
	@+VERBOSE=1 TEST_MINUTES=120 $(MAKE) --no-print-directory MODE=$(MODE) SUITES=long check

# libFuzzer comes with clang.
fuzz:
	@+$(MAKE) --no-print-directory MODE=fuzz CC=clang fuzzers
	@tests/fuzz/run.sh $(SECONDS)

fuzzers: $(FUZZERS)

# ROUNDS=, PEERS=, WORKLOADS=, WORKERS= and SECONDS= narrow a run, QUICK=1 is one small round.
narrow = $(if $($(1)),--$(2) '$($(1))')
bench: $(BENCHES) $(B)/tests/bench_harness
	@$(B)/tests/bench_harness --ours $(B)/tests/bench --out build/bench $(SERIES:%=--series %) \
		$(call narrow,ROUNDS,rounds) $(call narrow,PEERS,peers) $(call narrow,WORKLOADS,workloads) \
		$(call narrow,WORKERS,workers) $(call narrow,SECONDS,seconds) $(if $(QUICK),--quick)
	@+$(if $(WORKLOADS)$(QUICK),,$(MAKE) --no-print-directory MODE=$(MODE) bench-compiler bench-savina)

bench-compiler: $(ALONE) $(SIMS) $(B)/shop $(B)/actorc $(B)/tests/robust/peak
	@for b in $(ALONE) '$(B)/shop --compare-commits'; do echo "== $$b"; $$b || exit 1; done
	@tests/bench/schema_compilers.sh $(B)/actorc
	@tests/bench/hostile_inputs.sh $(B)/actorc
	@tests/bench/simulation.sh $(B)/tests/sim

bench-peers:
	@tests/bench/build_peers.sh build/bench/peers $(subst $(comma), ,$(PEERS))

# The rest of the Savina suite; each program checks its result.
bench-savina: $(SAVINA)
	@for b in $(SAVINA); do $$b || exit 1; done

size: $(LIBRARIES)
	@tests/size.sh $(LIBRARIES)

lint:
	@tests/lint/run.sh

format: $(B)/actorc
	@tests/lint/run.sh --format
	$(B)/actorc fmt -w $(SCHEMAS) tests/golden/*/in.actor

bless: $(B)/actorc $(B)/tests/golden/page $(B)/tests/robust/peak
	tests/golden/run.sh $(B)/actorc --bless
	tests/golden/diff.sh $(B)/actorc --bless
	tests/golden/pages.sh $(B)/actorc --bless
	tests/errors/run.sh $(B)/actorc --bless
	tests/fmt/run.sh $(B)/actorc --bless
	tests/robust/run.sh $(B)/actorc --bless

clean:
	rm -rf build

# ---- Installing ------------------------------------------------------------------------------

# What is installed, each as MODE:FILE:PLACE below the prefix. uninstall removes these and nothing
# else, and of the folders those of ours that are empty then.
each = $(foreach f,$(1),644:$(f):$(2)/$(notdir $(f)))
man  = $(foreach f,$(wildcard actorc/share/man/*),644:$(f):share/man/man$(subst .,,$(suffix $(f)))/$(notdir $(f)))
vim  = $(foreach d,ftdetect ftplugin syntax,644:actorc/share/vim/$(d)/actorc.vim:share/vim/vimfiles/$(d)/actorc.vim)
PLACES := 755:$(B)/actorc:bin/actorc \
          755:actorc/share/actorc-lint-objects:bin/actorc-lint-objects \
          755:$(B)/$(SONAME):lib/libactorc.so.$(VERSION) \
          644:$(B)/libactorc.a:lib/libactorc.a \
          644:$(B)/libactorc_sim.a:lib/libactorc_sim.a \
          $(call each,$(wildcard runtime/include/actorc/*.h),include/actorc) \
          $(call each,$(wildcard schemas/*.actor),share/actorc/schemas) \
          $(call each,actorc/share/actorc.mk actorc/share/meson.build,share/actorc) \
          $(man) $(vim) \
          644:$(B)/share/actorc.bash:share/bash-completion/completions/actorc \
          644:$(B)/share/actorc.zsh:share/zsh/site-functions/_actorc \
          644:$(B)/share/actorc.fish:share/fish/vendor_completions.d/actorc.fish
LINKS     := lib/$(SONAME) lib/libactorc.so
TEMPLATES := runtime/actorc.pc.in:lib/pkgconfig/actorc.pc \
             runtime/actorc-sim.pc.in:lib/pkgconfig/actorc-sim.pc \
             runtime/actorc-test.pc.in:lib/pkgconfig/actorc-test.pc \
             actorc/share/cmake/actorcConfig.cmake.in:lib/cmake/actorc/actorcConfig.cmake \
             actorc/share/cmake/actorcConfigVersion.cmake.in:lib/cmake/actorc/actorcConfigVersion.cmake
INSTALLED := $(foreach p,$(PLACES) $(TEMPLATES),$(lastword $(subst :, ,$(p)))) $(LINKS)
FOLDERS   := include/actorc share/actorc/schemas share/actorc lib/cmake/actorc

# install_file MODE FILE PLACE, install_template FILE PLACE
define install_file
install -D -m $(1) $(2) '$(TO)/$(3)'

endef
define install_template
install -d '$(TO)/$(dir $(2))'
sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|; s|@SONAME@|$(SONAME)|' $(1) >'$(TO)/$(2)'

endef
call_with = $(call $(1),$(word 1,$(2)),$(word 2,$(2)),$(word 3,$(2)))

install: $(B)/actorc $(LIBRARIES) $(addprefix $(B)/share/actorc.,bash zsh fish)
	$(foreach p,$(PLACES),$(call call_with,install_file,$(subst :, ,$(p))))
	ln -sf libactorc.so.$(VERSION) '$(TO)/lib/$(SONAME)'
	ln -sf $(SONAME) '$(TO)/lib/libactorc.so'
	$(foreach t,$(TEMPLATES),$(call call_with,install_template,$(subst :, ,$(t))))

$(B)/share/actorc.%: actorc/share/completions.sh $(B)/actorc
	@echo '  make $@' && mkdir -p $(@D) && $^ $* > $@

uninstall:
	rm -f $(patsubst %,'$(TO)/%',$(INSTALLED))
	-rmdir --ignore-fail-on-non-empty $(patsubst %,'$(TO)/%',$(FOLDERS)) 2>/dev/null

# ---- Programs and libraries ----------------------------------------------------------------

# Deaths of handlers that are no signals are contained, too; see runtime/wrap.c.
WRAPPED := abort exit __assert_fail __stack_chk_fail
WRAP = $(if $(filter %/libactorc.a %/libactorc_sim.a,$^),$(addprefix -Wl$(comma)--wrap=,\
       $(WRAPPED) $(if $(filter %/libactorc_sim.a,$^),main)))
comma := ,
# With MODE=coverage: what counts calls the first two, and tests/coverage.c takes the place of the others.
COUNT = $(if $(filter %/tests/coverage.o,$^),$(if $(WRAP),-u __wrap_abort -u __wrap_exit) \
        -Wl$(comma)--wrap=_exit$(comma)--wrap=raise$(comma)--wrap=sigaction)

LINK = @echo '  link $@' && mkdir -p $(@D) && $(CC) $(FLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(WRAP) $(COUNT) $(LIBS)

$(B)/actorc: $(COMPILER)
	$(LINK)

$(B)/shop: $(SHOP) $(GEN)/libschemas.a $(B)/libactorc.a
	$(LINK) -lsqlite3

$(B)/chat: $(CHAT) $(GEN)/libschemas.a $(B)/libactorc.a
	$(LINK)

# Only actor_* may be seen from outside, so that no name of ours clashes with one of the user's.
$(B)/libactorc.a: $(RUNTIME)
	@echo '  ar   $@' && rm -f $@ && $(LD) -r -o $(O)/libactorc.o $^
	@$(OBJCOPY) --wildcard --keep-global-symbol='actor_*' --keep-global-symbol='__wrap_*' \
		$(foreach s,.text .text.unlikely .text.hot .text.startup,--rename-section $s=actorc_text) $(O)/libactorc.o
	@$(AR) rcs $@ $(O)/libactorc.o

# Where a simulation comes in: see runtime/sim/shim.c.
SHIMMED := registry_type mailbox_reserve_places
$(B)/libactorc_sim.a: $(SIM)
	@echo '  ar   $@' && rm -f $@ && $(LD) -r -o $(O)/libactorc_sim.o $(addprefix --wrap=,$(SHIMMED)) $^
	@$(OBJCOPY) --wildcard --keep-global-symbol='actor_*' --keep-global-symbol='__wrap_*' $(O)/libactorc_sim.o
	@$(AR) rcs $@ $(O)/libactorc_sim.o

$(B)/$(SONAME): $(RUNTIME:.o=.pic.o)
	@echo '{ global: actor_*; __wrap_*; local: *; };' > $(O)/libactorc.map
	$(LINK) -shared -Wl,-soname,$(SONAME) -Wl,--version-script,$(O)/libactorc.map

# The same objects with every name visible, for the white-box tests.
$(O)/runtime.a: $(RUNTIME)
$(O)/compiler.a: $(filter-out %/main.o,$(COMPILER))
$(O)/shop.a: $(filter-out %/main.o,$(SHOP))
$(O)/chat.a: $(filter-out %/main.o,$(CHAT))
$(O)/harness.a: $(filter-out %/main.o,$(HARNESS))
$(GEN)/libschemas.a: $(HEADERS:.h=.o)
%.a:
	@mkdir -p $(@D) && rm -f $@ && $(AR) rcs $@ $^

# ---- Tests ---------------------------------------------------------------------------------

LINK_TEST = $(LINK) -lcmocka $(if $(filter $(O)/shop.a,$^),-lsqlite3)

ifeq ($(MODE),coverage)
$(B)/actorc $(B)/shop $(B)/chat $(TESTS) $(TOOLS): $(O)/tests/coverage.o
endif
$(B)/tests/unit/actorc/%: $(O)/tests/unit/actorc/%.o $(O)/compiler.a ; $(LINK_TEST)
$(B)/tests/random/%: $(O)/tests/random/%.o ; $(LINK)
$(B)/tests/robust/%: $(O)/tests/robust/%.o ; $(LINK)
$(B)/tests/long/%: $(O)/tests/long/%.o $(GEN)/libschemas.a $(B)/libactorc.a ; $(LINK)
$(B)/tests/mutation/%: $(O)/tests/mutation/%.o $(O)/compiler.a ; $(LINK)
$(B)/tests/golden/%: $(O)/tests/golden/%.o $(O)/compiler.a ; $(LINK)
$(B)/tests/bench_harness: $(HARNESS) ; $(LINK) -lm
$(B)/tests/harness/%: $(O)/tests/harness/%.o $(O)/harness.a ; $(LINK) -lcmocka -lm
$(B)/tests/fuzz/%: $(O)/tests/fuzz/%.o $(O)/compiler.a ; $(LINK) -fsanitize=fuzzer
$(B)/tests/unit/runtime/%: $(O)/tests/unit/runtime/%.o $(O)/runtime.a ; $(LINK_TEST)
$(B)/tests/run/%: $(O)/tests/run/%.o $(GEN)/libschemas.a $(B)/libactorc.a ; $(LINK_TEST)
# Tests of one actor have main of cmocka, and so are not renamed by the linker.
$(B)/tests/kit/%: WRAP =
$(B)/tests/kit/%: $(O)/tests/kit/%.o $(O)/tests/sim/shop_store.o $(O)/shop.a $(O)/chat.a $(GEN)/libschemas.a $(B)/libactorc_sim.a ; $(LINK) -lcmocka
$(B)/tests/sim/%: $(O)/tests/sim/%.o $(GEN)/libschemas.a $(B)/libactorc_sim.a ; $(LINK)
$(B)/tests/sim/shop_memory: $(O)/tests/bench/shop_memory.o $(GEN)/libschemas.a $(B)/libactorc_sim.a ; $(LINK)
$(B)/tests/sim/shop: $(O)/tests/sim/shop.o $(O)/tests/sim/shop_store.o $(O)/shop.a $(GEN)/libschemas.a $(B)/libactorc_sim.a ; $(LINK)
$(B)/tests/run/test_memory $(B)/tests/run/test_scarce: WRAPPED += malloc calloc realloc aligned_alloc free mmap \
    pthread_create epoll_create1 epoll_ctl eventfd pipe2
$(B)/tests/bench/%: $(O)/tests/bench/%.o $(GEN)/libschemas.a $(B)/libactorc.a ; $(LINK_TEST)
$(B)/tests/bench/savina/%: $(O)/tests/bench/savina/%.o $(GEN)/libschemas.a $(B)/libactorc.a ; $(LINK) -lm
$(B)/tests/shop/%: $(O)/tests/shop/%.o $(O)/shop.a $(GEN)/libschemas.a $(B)/libactorc.a ; $(LINK_TEST)
$(B)/tests/chat/%: $(O)/tests/chat/%.o $(O)/chat.a $(GEN)/libschemas.a $(B)/libactorc.a ; $(LINK_TEST)

# The weak-memory checker: the runtime as it is, compiled for ThreadSanitizer but linked with tests/model/ in place
# of its library and of what the runtime calls of libc. In any MODE it is built the same.
MODEL_SYSTEM   := malloc calloc realloc aligned_alloc free mmap munmap madvise memcpy memmove memset syscall sched_yield \
                  $(addprefix pthread_,create join detach kill mutex_init mutex_destroy mutex_lock mutex_unlock \
                  cond_init cond_destroy cond_wait cond_timedwait cond_broadcast)
MODEL_TESTS    := litmus planted parts calls systems
MODEL_CHECKER  := $(patsubst tests/model/%.c,$(O)/model/%.o,$(filter-out $(MODEL_TESTS:%=tests/model/%.c),$(wildcard tests/model/*.c)))
MODEL_SUBJECTS := $(patsubst %.c,$(O)/model/%.o,$(filter-out $(addprefix runtime/,base.c clock.c),$(wildcard runtime/*.c)) \
                  $(MODEL_TESTS:%=tests/model/%.c))
MODEL_FLAGS    := -std=c11 -D_POSIX_C_SOURCE=200809L -pthread $(WARNINGS) -g -fno-pie $(if $(CI),-Werror) $(CPPFLAGS)

$(B)/tests/model/check: $(O)/model/subject.o $(MODEL_CHECKER)
	@echo '  link $@' && mkdir -p $(@D) && $(CC) -no-pie -pthread -o $@ $^

$(O)/model/subject.o: $(MODEL_SUBJECTS) $(O)/model/gen/model.actor.o
	@$(LD) -r -o $@ $^ && $(OBJCOPY) $(foreach f,$(MODEL_SYSTEM),--redefine-sym $f=model_$f) $@

$(O)/model/runtime/%.o: runtime/%.c $(B)/flags ; $(COMPILE)
$(O)/model/tests/%.o: tests/%.c $(B)/flags ; $(COMPILE)
$(O)/model/%.o: tests/model/%.c $(B)/flags ; $(COMPILE)
$(O)/model/gen/%.o: $(GEN)/%.c $(B)/flags ; $(COMPILE)
# clang makes one call without a line in the source of two that are alike, unless it is told not to optimize.
$(MODEL_SUBJECTS) $(O)/model/gen/model.actor.o: private FLAGS = $(MODEL_FLAGS) $(if $(findstring clang,$(CC)),-O0,-O1) -fno-builtin -fno-optimize-sibling-calls -fsanitize=thread
$(MODEL_SUBJECTS): Makefile
$(MODEL_SUBJECTS): private INCLUDE += -iquote runtime
$(MODEL_TESTS:%=$(O)/model/tests/model/%.o): | $(HEADERS)
$(MODEL_CHECKER): private FLAGS = $(MODEL_FLAGS) -O2 -U_FORTIFY_SOURCE

# ---- Objects and generated sources ---------------------------------------------------------

INCLUDE := -Iruntime/include -I$(GEN) -I$(O)/actorc
$(O)/actorc/% $(INSIDERS): INCLUDE += -iquote actorc
$(O)/tests/unit/runtime/%: INCLUDE += -iquote runtime
# It takes the addresses of functions of libc, which in other code may be those of the program's own stubs.
$(O)/runtime/contain.o: FLAGS += -fPIC
# What runs rarely is to be small rather than quick.
RARE := alarm behaviour children contain crew dump family fds futures hold intake kept later listing log names naming \
        registry signals system throttle value value_copy value_equal value_print watch watchdog
$(foreach f,$(RARE),$(O)/runtime/$(f).o $(O)/runtime/$(f).pic.o): FLAGS += $(if $(filter release,$(MODE)),-Os)
# Size is nothing to a simulation, and a campaign's time is all.
$(O)/sim/%: FLAGS += $(if $(filter release,$(MODE)),-O3)
$(addprefix $(O)/tests/run/,test_crash.o test_deaths.o test_riot.o): FLAGS += -fstack-protector-all
$(O)/tests/sim/% $(O)/tests/kit/%: INCLUDE += -iquote examples/shop -iquote examples/chat -iquote tests/sim
$(O)/tests/shop/%: INCLUDE += -iquote examples/shop
$(O)/tests/harness/%: INCLUDE += -iquote tests/bench/harness
$(O)/tests/chat/%: INCLUDE += -iquote examples/chat

COMPILE = @echo '  cc   $<' && mkdir -p $(@D) && $(CC) $(FLAGS) $(INCLUDE) -MMD -MP -c -o $@ $<

$(O)/%.o: %.c $(B)/flags ; $(COMPILE)
$(O)/sim/%.o: %.c $(B)/flags ; $(COMPILE) -DRT_SIM -DRT_FAULTS -DSYNC_SPINS=0
$(B)/%.o: $(B)/%.c $(B)/flags ; $(COMPILE)
$(O)/%.pic.o: %.c $(B)/flags ; $(COMPILE) -fPIC -fno-semantic-interposition

# Else a shell says only that it does not know the name.
needs = @command -v $(1) >/dev/null || { echo '$(1) is not here: make deps installs what is missing' >&2; exit 1; }

$(O)/%.c: %.y
	$(call needs,bison)
	@echo '  bison $<' && mkdir -p $(@D) && bison -Wall $(if $(CI),-Werror) --defines=$(@:.c=.h) -o $@ $<

$(O)/%.c: %.l
	$(call needs,flex)
	@echo '  flex $<' && mkdir -p $(@D) && flex --header-file=$(@:.c=.h) -o $@ $<

# The texts of actorc explain, as a table of their lines.
$(O)/actorc/explain_pages.c: $(PAGES) Makefile
	@echo '  pages $@' && mkdir -p $(@D)
	@{ echo '#include "explain.h"'; \
	for page in $(basename $(notdir $(PAGES))); do \
	    echo "static const char *const $$page[] = {"; \
	    sed 's/[\\"?]/\\&/g; s/.*/    "&",/' actorc/explain/$$page.txt; \
	    echo '    NULL };'; \
	done; \
	echo 'const struct explain_page explain_pages[] = {'; \
	for page in $(basename $(notdir $(PAGES))); do echo "    { \"$$page\", $$page },"; done; \
	echo '};'; \
	echo 'const size_t explain_page_count = sizeof explain_pages / sizeof explain_pages[0];'; } > $@

# What the pages of actorc doc have in them, as tables of lines.
$(O)/actorc/doc_asset.c: actorc/doc/style.css actorc/doc/script.js Makefile
	@echo '  pages $@' && mkdir -p $(@D)
	@{ echo '#include "doc_asset.h"'; echo '#include <stddef.h>'; \
	for file in style.css script.js; do \
	    echo "const char *const doc_$${file%.*}[] = {"; \
	    sed 's/[\\"?]/\\&/g; s/.*/    "&",/' actorc/doc/$$file; \
	    echo '    NULL };'; \
	done; } > $@

# The scanner includes the parser's header, which bison writes beside the source.
$(O)/actorc/lexer.o: | $(O)/actorc/parser.c

# actorc leaves alone what did not change; the stamp tells make that it looked.
$(GEN)/%.stamp: %.actor $(B)/actorc
	@echo '  actorc $<' && $(B)/actorc -o $(GEN) $< && touch $@

$(GEN)/%.actor.c $(GEN)/%.actor.h: $(GEN)/%.stamp ;

# Generated headers must exist before the first compilation finds out who includes them.
$(filter-out $(PARSER),$(COMPILER)) $(filter $(O)/tests/unit/% $(INSIDERS),$(TESTS_O)): | $(PARSER:.o=.c)
$(SHOP) $(CHAT) $(filter-out $(O)/tests/unit/%,$(TESTS_O)): | $(HEADERS)

# Changes when the C compiler or a flag does, and then everything is compiled again.
$(B)/flags: FORCE
	@mkdir -p $(@D) && echo '$(CC) $(FLAGS)' | cmp -s - $@ || echo '$(CC) $(FLAGS)' > $@

vpath %.actor $(sort $(dir $(SCHEMAS)))
-include $(shell find $(B) -name '*.d' 2>/dev/null)
.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all demo check check-long coverage report deps deps-long tests bench bench-compiler bench-peers bench-savina size fuzz fuzzers lint format bless install uninstall clean FORCE
