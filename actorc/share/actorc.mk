# SPDX-License-Identifier: MIT
# actorc.mk - for makefiles: x.actor becomes x.actor.h and x.actor.c.
#
#     include $(shell pkg-config --variable=makerules actorc)
#     hello: hello.c hello.actor.c
#
# ACTORCFLAGS are the options of actorc. The rule writes beside the schema, also a file that says
# what the outputs are made of; it is read from the next run on.

ACTORC ?= $(shell pkg-config --variable=actorc actorc)
CFLAGS += $(shell pkg-config --cflags actorc)
LDLIBS += $(shell pkg-config --libs actorc)

%.actor.h %.actor.c: %.actor
	$(ACTORC) $(ACTORCFLAGS) -MD -o $(@D) $<

# Else make's own rule for programs would make x.actor of x.actor.c.
%.actor: ;

-include $(wildcard *.actor.d)
