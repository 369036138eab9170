/* SPDX-License-Identifier: MIT */
/*
 * fingerprint.h - one number for all that a schema means.
 */
#ifndef FINGERPRINT_H
#define FINGERPRINT_H

#include "model.h"

/*
 * Returns a hash of the model's canonical text: every name, number, type, default and policy, and
 * the ABI of the runtime, but no comments and no places. Two schemas with one fingerprint can be
 * linked together.
 */
uint64_t fingerprint(const struct model *model);

#endif
