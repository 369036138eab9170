/* SPDX-License-Identifier: MIT */
/* diagram.h - the steps that a run has kept, as a sequence diagram. */
#ifndef RT_SIM_DIAGRAM_H
#define RT_SIM_DIAGRAM_H

#include <stdio.h>

/* As text: a column for each actor, a line for each message, in the order in which they were handled. */
void diagram_text(FILE *out);
/* As source for Mermaid. */
void diagram_mermaid(FILE *out);

#endif
