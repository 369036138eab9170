/* SPDX-License-Identifier: MIT */
/*
 * doc_asset.h - the style sheet and the script of the pages. They are the files in doc/, which the
 * build makes tables of.
 */
#ifndef DOC_ASSET_H
#define DOC_ASSET_H

/* Their lines, up to a NULL. */
extern const char *const doc_style[];
extern const char *const doc_script[];

#endif
