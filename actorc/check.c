/* SPDX-License-Identifier: MIT */
/*
 * check.c - see check.h.
 */
#include "check.h"

#include "check_actors.h"
#include "check_admission.h"
#include "check_deadlines.h"
#include "check_deadlock.h"
#include "check_layout.h"
#include "check_loops.h"
#include "check_modes.h"
#include "check_names.h"
#include "check_periods.h"
#include "check_state.h"
#include "check_style.h"
#include "check_types.h"
#include "fingerprint.h"
#include "parse.h"
#include "resolve.h"

/* Makes the model of a text, and gives its tree back before the checks need memory. Nothing of it
 * is left in the model. */
static bool make_model(struct source *source, struct importer *importer, struct arena *arena,
        struct intern *intern, struct diags *diags, struct model *model)
{
    struct ast_file file;
    struct arena tree = { 0 };
    bool is_read = parse(source, &tree, intern, diags, &file);
    if (is_read) {
        diags_find_guesses(diags);
        check_style(&file, diags);
        resolve(&file, importer, arena, intern, diags, model);
    }
    ast_file_fini(&file);
    arena_fini(&tree);
    return is_read;
}

bool check(struct source *source, struct importer *importer, struct arena *arena,
        struct intern *intern, struct diags *diags, struct model *model)
{
    size_t errors = diags->errors;
    if (make_model(source, importer, arena, intern, diags, model)) {
        check_types(model, diags);
        check_layout(model, arena, diags);
        check_state(model, arena, diags);
        check_actors(model, diags);
        check_admission(model, diags);
        check_deadlines(model, diags);
        check_loops(model, diags);
        check_deadlock(model, diags);
        check_periods(model, diags);
        check_modes(model, diags);
        if (diags->errors == errors) {
            /* Names are compared last: a declaration that is there twice has them all twice. */
            check_names(model, arena, intern, diags);
        }
        diags_drop_consequences(diags);
        model->fingerprint = diags->errors == errors ? fingerprint(model) : 0;
    }
    return diags->errors == errors;
}
