/* SPDX-License-Identifier: MIT */
/*
 * check_flow.h - who may send what to whom: deadlines that cannot hold, tells that multiply,
 * messages and actors that nobody uses.
 */
#ifndef CHECK_FLOW_H
#define CHECK_FLOW_H

#include "diag.h"
#include "model.h"

void check_flow(const struct model *model, struct diags *diags);

#endif
