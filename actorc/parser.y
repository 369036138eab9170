/* SPDX-License-Identifier: MIT */
/*
 * parser.y - the grammar of the whole language. Actions build nodes and do nothing else: no
 * lookups, no checks. What goes wrong is reported by yyreport_syntax_error() at the end.
 *
 * Recovery: after an error the rest of the statement is thrown away, up to its ';' or the '}' of
 * its block; the filter of tokens sees to it that the braces in between are balanced. What is only
 * a missing ';' or '{' or a mistyped keyword is put right there, in another pass; see filter.h.
 */
%require "3.8"
%code requires {
#include "syntax.h"
}
%code {
#include <string.h>

#define NEW(type) ARENA_NEW(syntax->arena, type)

/* From the first part that is not empty; an empty construct is where the one before it ends. */
#define YYLLOC_DEFAULT(result, rhs, count)                                                     \
    do {                                                                                       \
        int first_ = (count) > 0;                                                              \
        while (first_ < (count) && YYRHSLOC(rhs, first_).lo == YYRHSLOC(rhs, first_).hi) {     \
            first_++;                                                                          \
        }                                                                                      \
        (result).lo = first_ > 0 ? YYRHSLOC(rhs, first_).lo : YYRHSLOC(rhs, 0).hi;             \
        (result).hi = YYRHSLOC(rhs, count).hi;                                                 \
    } while (0)

int parser_lex(PARSER_STYPE *value, PARSER_LTYPE *span, struct syntax *syntax);
static void keep_stack(struct syntax *syntax, const void *bottom, const void *top);

/* What is repaired later is repaired from the states that were there before the token. */
#undef yylex
#define yylex(value, span, syntax)                                                             \
    (keep_stack((syntax), yyss, yyssp), parser_lex((value), (span), (syntax)))

static void parser_error(const PARSER_LTYPE *span, struct syntax *syntax, const char *text);
}

%define api.pure full
%define api.prefix {parser_}
%define api.token.prefix {TOK_}
%define api.location.type {struct span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%param { struct syntax *syntax }

%union {
    struct ast_ident ident;
    struct ast_literal literal;
    struct ast_literal *maybe_literal;
    struct ast_path path;
    struct ast_target target;
    struct ast_values values;
    struct ast_idents idents;
    struct ast_paths paths;
    struct ast_type *type;
    struct ast_field *field;
    struct ast_fields fields;
    struct ast_member *member;
    struct ast_members members;
    struct ast_effect *effect;
    struct ast_effects effects;
    struct ast_attribute *attribute;
    struct ast_attributes attributes;
    struct ast_handler handler;
    struct ast_pool *pool;
    struct ast_supervise supervise;
    struct ast_stmt *stmt;
    struct ast_stmts stmts;
    struct ast_decl *decl;
    enum ast_overflow overflow;
    enum ast_strategy strategy;
    struct span span; /* empty if absent */
    bool flag;
}

%token END 0 "end of file"
%token '{' "'{'" '}' "'}'" '(' "'('" ')' "')'" '[' "'['" ']' "']'" '<' "'<'" '>' "'>'"
%token ';' "';'" ':' "':'" ',' "','" '.' "'.'" '=' "'='" '|' "'|'" '?' "'?'" '*' "'*'"
%token ARROW "'->'" BECOMES "'=>'" DOTS "'..'"
%token <literal> INTEGER "a number" FLOAT "a number with a fraction" STRING "a string"
%token <literal> DURATION "a duration"
%token <ident> IDENT "a name"

%token <ident> SCHEMA "'schema'" PREFIX "'prefix'" IMPORT "'import'" CONST "'const'"
%token <ident> OPEN "'open'" ENUM "'enum'" MESSAGE "'message'" UNION "'union'" ACTOR "'actor'"
%token <ident> RESERVED "'reserved'" TO "'to'" DEPRECATED "'deprecated'"
%token <ident> BOOL "'bool'" U8 "'u8'" U16 "'u16'" U32 "'u32'" U64 "'u64'"
%token <ident> I8 "'i8'" I16 "'i16'" I32 "'i32'" I64 "'i64'" F32 "'f32'" F64 "'f64'"
%token <ident> TYPE_DURATION "'duration'" TYPE_TIMESTAMP "'timestamp'"
%token <ident> TYPE_STRING "'string'" TYPE_BYTES "'bytes'"
%token <ident> REF "'ref'" OPAQUE "'opaque'" CALL "'call'" TRUE "'true'" FALSE "'false'"
%token <ident> ON "'on'" START "'start'" STOP "'stop'" URGENT "'urgent'" RESERVE "'reserve'"
%token <ident> LIMIT "'limit'" REFUSE "'refuse'" DROP_OLDEST "'drop_oldest'"
%token <ident> DROP_NEWEST "'drop_newest'" THROTTLE "'throttle'" MAILBOX "'mailbox'"
%token <ident> TELL "'tell'" ASK "'ask'" EXCLUSIVE "'exclusive'" AS "'as'" WITHIN "'within'"
%token <ident> WITH "'with'" DELEGATE "'delegate'" SPAWN "'spawn'" WATCH "'watch'"
%token <ident> CHILD "'child'" BY "'by'" ROUND_ROBIN "'round_robin'"
%token <ident> LEAST_LOADED "'least_loaded'" HASH "'hash'" SUPERVISE "'supervise'"
%token <ident> ONE_FOR_ONE "'one_for_one'" ALL_FOR_ONE "'all_for_one'"
%token <ident> REST_FOR_ONE "'rest_for_one'" RESUME "'resume'" RESTARTS "'restarts'" IN "'in'"
%token <ident> BACKOFF "'backoff'" MODE "'mode'" STASH "'stash'" DEDICATED "'dedicated'"
%token <ident> STATE "'state'" TIMER "'timer'" EVERY "'every'" FD "'fd'"
%token <ident> REMOTE "'remote'" DURABLE "'durable'" ISOLATE "'isolate'" PROCESS "'process'"
%token <ident> TOPIC "'topic'" PUBLISH "'publish'" SUBSCRIBE "'subscribe'" KEY "'key'"
%token <ident> VERSION "'version'"

%type <ident> word keyword keyword_but_bool dotted maybe_prefix maybe_as
%type <literal> literal value size bool_literal named
%type <maybe_literal> maybe_number maybe_default maybe_bound maybe_within
%type <path> name maybe_with
%type <target> target
%type <values> values maybe_values
%type <idents> modes maybe_modes
%type <paths> names
%type <type> type base scalar maybe_width
%type <field> field arg union_member
%type <fields> fields body args maybe_args union_members union_body reserve reserves
%type <member> member
%type <members> members enum_body
%type <effect> effect
%type <effects> effects block
%type <attribute> attribute
%type <attributes> attributes
%type <handler> handler
%type <pool> maybe_pool
%type <supervise> backoff
%type <stmt> stmt mode_stmt
%type <stmts> stmts stmt_body mode_stmts mode_body
%type <decl> decl
%type <overflow> overflow
%type <strategy> strategy
%type <span> maybe_deprecated maybe_exclusive maybe_open

%%

/* ---- A file ----------------------------------------------------------------------------- */

file:
      decls
    ;

/* The order of schema, imports and the rest is checked later, where more can be said of it. */
decls:
      %empty
    | decls decl             { $decl->span = @decl; AST_APPEND(syntax->file, $decl); }
    | decls ARROW names ';'
        {
            /* Apart from its message, which is then complete, whatever comes behind it. */
            struct ast_decl *message = syntax->file->last;
            if (syntax_has_fixed(syntax, @ARROW.lo)) {
                /* It is not written, and nobody needs to be told that it does not fit. */
            } else if (message == NULL || message->kind != AST_MESSAGE ||
                    !message->message.has_body || message->message.answers.first != NULL) {
                diags_add(syntax->diags, DIAG_SYNTAX, @ARROW, "'->' stands behind a message");
            } else {
                message->message.answers = $names;
                message->span.hi = @$.hi;
            }
        }
    | decls ARROW error ';'
        {
            if (syntax->file->last != NULL && syntax->file->last->kind == AST_MESSAGE) {
                syntax->file->last->message.broken = true;
            }
            yyerrok;
        }
    | decls error ';'        { syntax->file->broken = true; yyerrok; }
    ;

decl:
      SCHEMA dotted maybe_prefix ';'
        {
            $$ = NEW(struct ast_decl);
            *$$ = (struct ast_decl){ .kind = AST_SCHEMA, .word = @SCHEMA, .name = $dotted,
                .prefix = $maybe_prefix };
        }
    | IMPORT STRING ';'
        {
            $$ = NEW(struct ast_decl);
            *$$ = (struct ast_decl){ .kind = AST_IMPORT, .word = @IMPORT, .import = $STRING };
        }
    | CONST type IDENT '=' literal ';'
        {
            $$ = NEW(struct ast_decl);
            *$$ = (struct ast_decl){ .kind = AST_CONST, .word = @CONST, .name = $IDENT,
                .constant = { $type, $literal } };
        }
    | maybe_open ENUM IDENT maybe_width enum_body
        {
            $$ = NEW(struct ast_decl);
            *$$ = (struct ast_decl){ .kind = AST_ENUM, .word = @ENUM, .name = $IDENT,
                .enumeration = { .open = $maybe_open.hi > $maybe_open.lo,
                    .open_span = $maybe_open, .width = $maybe_width, .members = $enum_body } };
        }
    | maybe_open ENUM IDENT error ';'
        {
            $$ = NEW(struct ast_decl);
            *$$ = (struct ast_decl){ .kind = AST_ENUM, .word = @ENUM, .name = $IDENT,
                .enumeration = { .members = { .broken = true } } };
            yyerrok;
        }
    | MESSAGE IDENT ';'
        {
            $$ = NEW(struct ast_decl);
            *$$ = (struct ast_decl){ .kind = AST_MESSAGE, .word = @MESSAGE, .name = $IDENT };
        }
    | MESSAGE IDENT body
        {
            $$ = NEW(struct ast_decl);
            *$$ = (struct ast_decl){ .kind = AST_MESSAGE, .word = @MESSAGE, .name = $IDENT,
                .message = { .fields = $body, .has_body = true } };
        }
    | MESSAGE IDENT ARROW names ';'
        {
            $$ = NEW(struct ast_decl);
            *$$ = (struct ast_decl){ .kind = AST_MESSAGE, .word = @MESSAGE, .name = $IDENT,
                .message = { .answers = $names } };
        }
    | MESSAGE IDENT error ';'
        {
            $$ = NEW(struct ast_decl);
            *$$ = (struct ast_decl){ .kind = AST_MESSAGE, .word = @MESSAGE, .name = $IDENT,
                .message = { .broken = true, .fields = { .broken = true } } };
            yyerrok;
        }
    | UNION IDENT union_body
        {
            $$ = NEW(struct ast_decl);
            *$$ = (struct ast_decl){ .kind = AST_UNION, .word = @UNION, .name = $IDENT,
                .members = $union_body };
        }
    | UNION IDENT error ';'
        {
            $$ = NEW(struct ast_decl);
            *$$ = (struct ast_decl){ .kind = AST_UNION, .word = @UNION, .name = $IDENT };
            yyerrok;
        }
    | ACTOR IDENT maybe_args stmt_body
        {
            $$ = NEW(struct ast_decl);
            *$$ = (struct ast_decl){ .kind = AST_ACTOR, .word = @ACTOR, .name = $IDENT,
                .actor = { .args = $maybe_args, .stmts = $stmt_body } };
        }
    | ACTOR IDENT error ';'
        {
            $$ = NEW(struct ast_decl);
            *$$ = (struct ast_decl){ .kind = AST_ACTOR, .word = @ACTOR, .name = $IDENT,
                .actor = { .args = { .broken = true }, .stmts = { .broken = true } } };
            yyerrok;
        }
    ;

maybe_prefix:
      %empty                 { $$ = (struct ast_ident){ 0 }; }
    | PREFIX IDENT           { $$ = $IDENT; }
    ;

maybe_open:
      %empty                 { $$ = (struct span){ 0 }; }
    | OPEN                   { $$ = @OPEN; }
    ;

maybe_width:
      %empty                 { $$ = NULL; }
    | ':' scalar             { $$ = $scalar; }
    ;

names:
      name
        {
            struct ast_path_node *node = NEW(struct ast_path_node);
            node->path = $name;
            $$ = (struct ast_paths){ node, node };
        }
    | names '|' name
        {
            struct ast_path_node *node = NEW(struct ast_path_node);
            node->path = $name;
            $$ = $1;
            AST_APPEND(&$$, node);
        }
    ;

/* ---- Enums, messages, unions ------------------------------------------------------------- */

enum_body:
      '{' members '}'        { $$ = $members; }
    | '{' members error '}'  { $$ = $members; $$.broken = true; }
    ;

members:
      %empty                 { $$ = (struct ast_members){ 0 }; }
    | members member         { $$ = $1; $member->span = @member; AST_APPEND(&$$, $member); }
    | members error ';'      { $$ = $1; $$.broken = true; yyerrok; }
    ;

member:
      IDENT '=' INTEGER ';'
        {
            $$ = NEW(struct ast_member);
            *$$ = (struct ast_member){ .name = $IDENT, .value = $INTEGER };
        }
    ;

body:
      '{' fields '}'         { $$ = $fields; }
    | '{' fields error '}'   { $$ = $fields; $$.broken = true; }
    ;

fields:
      %empty                 { $$ = (struct ast_fields){ 0 }; }
    | fields field           { $$ = $1; $field->span = @field; AST_APPEND(&$$, $field); }
    | fields RESERVED reserves ';'
        {
            $$ = $1;
            if ($$.last_reserved == NULL) {
                $$.first_reserved = $reserves.first_reserved;
            } else {
                $$.last_reserved->next = $reserves.first_reserved;
            }
            $$.last_reserved = $reserves.last_reserved;
        }
    | fields error ';'       { $$ = $1; $$.broken = true; yyerrok; }
    ;

field:
      maybe_number type word maybe_default maybe_deprecated ';'
        {
            $$ = NEW(struct ast_field);
            *$$ = (struct ast_field){ .number = $maybe_number, .type = $type, .name = $word,
                .value = $maybe_default, .deprecated_span = $maybe_deprecated,
                .deprecated = $maybe_deprecated.hi > $maybe_deprecated.lo };
        }
    ;

maybe_number:
      %empty                 { $$ = NULL; }
    | INTEGER ':'            { $$ = NEW(struct ast_literal); *$$ = $INTEGER; }
    ;

maybe_default:
      %empty                 { $$ = NULL; }
    | '=' literal            { $$ = NEW(struct ast_literal); *$$ = $literal; }
    ;

maybe_deprecated:
      %empty                 { $$ = (struct span){ 0 }; }
    | DEPRECATED             { $$ = @DEPRECATED; }
    ;

reserves:
      reserve
    | reserves ',' reserve
        {
            $$ = $1;
            $$.last_reserved->next = $reserve.first_reserved;
            $$.last_reserved = $reserve.last_reserved;
        }
    ;

reserve:
      INTEGER[from]
        {
            struct ast_reserved *node = NEW(struct ast_reserved);
            *node = (struct ast_reserved){ .from = $from, .to = $from, .span = @$ };
            $$ = (struct ast_fields){ .first_reserved = node, .last_reserved = node };
        }
    | INTEGER[from] TO INTEGER[to]
        {
            struct ast_reserved *node = NEW(struct ast_reserved);
            *node = (struct ast_reserved){ .from = $from, .to = $to, .span = @$ };
            $$ = (struct ast_fields){ .first_reserved = node, .last_reserved = node };
        }
    | STRING
        {
            struct ast_reserved *node = NEW(struct ast_reserved);
            *node = (struct ast_reserved){ .from = $STRING, .to = $STRING, .span = @$ };
            $$ = (struct ast_fields){ .first_reserved = node, .last_reserved = node };
        }
    ;

union_body:
      '{' union_members '}'  { $$ = $union_members; }
    | '{' union_members error '}' { $$ = $union_members; $$.broken = true; }
    ;

union_members:
      %empty                 { $$ = (struct ast_fields){ 0 }; }
    | union_members union_member
        {
            $$ = $1;
            $union_member->span = @union_member;
            AST_APPEND(&$$, $union_member);
        }
    | union_members error ';' { $$ = $1; $$.broken = true; yyerrok; }
    ;

union_member:
      maybe_number type word ';'
        {
            $$ = NEW(struct ast_field);
            *$$ = (struct ast_field){ .number = $maybe_number, .type = $type, .name = $word };
        }
    ;

/* ---- Types ------------------------------------------------------------------------------ */

type:
      base
    | type[item] '?'
        {
            $$ = NEW(struct ast_type);
            *$$ = (struct ast_type){ .kind = AST_TYPE_OPTIONAL, .span = @$, .item = $item };
        }
    | type[item] '[' ']'
        {
            $$ = NEW(struct ast_type);
            *$$ = (struct ast_type){ .kind = AST_TYPE_LIST, .span = @$, .item = $item };
        }
    | type[item] '[' size ']'
        {
            $$ = NEW(struct ast_type);
            *$$ = (struct ast_type){ .kind = AST_TYPE_ARRAY, .span = @$, .item = $item };
            $$->bound = NEW(struct ast_literal);
            *$$->bound = $size;
        }
    | type[item] '[' DOTS size ']'
        {
            $$ = NEW(struct ast_type);
            *$$ = (struct ast_type){ .kind = AST_TYPE_AT_MOST, .span = @$, .item = $item };
            $$->bound = NEW(struct ast_literal);
            *$$->bound = $size;
        }
    ;

base:
      scalar
    | TYPE_STRING maybe_bound
        {
            $$ = NEW(struct ast_type);
            *$$ = (struct ast_type){ .kind = AST_TYPE_STRING, .span = @$, .bound = $maybe_bound };
        }
    | TYPE_BYTES maybe_bound
        {
            $$ = NEW(struct ast_type);
            *$$ = (struct ast_type){ .kind = AST_TYPE_BYTES, .span = @$, .bound = $maybe_bound };
        }
    | name
        {
            $$ = NEW(struct ast_type);
            *$$ = (struct ast_type){ .kind = AST_TYPE_NAMED, .span = @$, .path = $name };
        }
    | REF name
        {
            $$ = NEW(struct ast_type);
            *$$ = (struct ast_type){ .kind = AST_TYPE_REF, .span = @$, .path = $name };
        }
    | OPAQUE STRING
        {
            $$ = NEW(struct ast_type);
            *$$ = (struct ast_type){ .kind = AST_TYPE_OPAQUE, .span = @$, .opaque = $STRING };
        }
    | CALL name
        {
            $$ = NEW(struct ast_type);
            *$$ = (struct ast_type){ .kind = AST_TYPE_CALL, .span = @$, .path = $name };
        }
    ;

scalar:
      BOOL           { $$ = NEW(struct ast_type); $$->kind = AST_TYPE_BOOL; $$->span = @$; }
    | U8             { $$ = NEW(struct ast_type); $$->kind = AST_TYPE_U8; $$->span = @$; }
    | U16            { $$ = NEW(struct ast_type); $$->kind = AST_TYPE_U16; $$->span = @$; }
    | U32            { $$ = NEW(struct ast_type); $$->kind = AST_TYPE_U32; $$->span = @$; }
    | U64            { $$ = NEW(struct ast_type); $$->kind = AST_TYPE_U64; $$->span = @$; }
    | I8             { $$ = NEW(struct ast_type); $$->kind = AST_TYPE_I8; $$->span = @$; }
    | I16            { $$ = NEW(struct ast_type); $$->kind = AST_TYPE_I16; $$->span = @$; }
    | I32            { $$ = NEW(struct ast_type); $$->kind = AST_TYPE_I32; $$->span = @$; }
    | I64            { $$ = NEW(struct ast_type); $$->kind = AST_TYPE_I64; $$->span = @$; }
    | F32            { $$ = NEW(struct ast_type); $$->kind = AST_TYPE_F32; $$->span = @$; }
    | F64            { $$ = NEW(struct ast_type); $$->kind = AST_TYPE_F64; $$->span = @$; }
    | TYPE_DURATION  { $$ = NEW(struct ast_type); $$->kind = AST_TYPE_DURATION; $$->span = @$; }
    | TYPE_TIMESTAMP { $$ = NEW(struct ast_type); $$->kind = AST_TYPE_TIMESTAMP; $$->span = @$; }
    ;

maybe_bound:
      %empty                 { $$ = NULL; }
    | '<' size '>'           { $$ = NEW(struct ast_literal); *$$ = $size; }
    ;

size:
      INTEGER
    | named
    ;

/* ---- Actors ----------------------------------------------------------------------------- */

maybe_args:
      %empty                 { $$ = (struct ast_fields){ 0 }; }
    | '(' ')'                { $$ = (struct ast_fields){ 0 }; }
    | '(' args ')'           { $$ = $args; }
    | '(' error ')'
        {
            $$ = (struct ast_fields){ .broken = true };
            syntax->skipping = false;
            yyerrok;
        }
    | '(' args error ')'
        {
            $$ = $args;
            $$.broken = true;
            syntax->skipping = false;
            yyerrok;
        }
    ;

args:
      arg                    { $arg->span = @arg; $$ = (struct ast_fields){ $arg, $arg, NULL, NULL, false }; }
    | args ',' arg           { $$ = $1; $arg->span = @arg; AST_APPEND(&$$, $arg); }
    ;

arg:
      type word maybe_default
        {
            $$ = NEW(struct ast_field);
            *$$ = (struct ast_field){ .type = $type, .name = $word, .value = $maybe_default };
        }
    ;

stmt_body:
      '{' stmts '}'          { $$ = $stmts; }
    | '{' stmts error '}'    { $$ = $stmts; $$.broken = true; }
    ;

stmts:
      %empty                 { $$ = (struct ast_stmts){ 0 }; }
    | stmts stmt             { $$ = $1; $stmt->span = @stmt; AST_APPEND(&$$, $stmt); }
    | stmts error ';'        { $$ = $1; $$.broken = true; yyerrok; }
    ;

stmt:
      handler
        {
            $$ = NEW(struct ast_stmt);
            *$$ = (struct ast_stmt){ .kind = AST_HANDLER, .word = @$, .handler = $handler };
        }
    | effect
        {
            $$ = NEW(struct ast_stmt);
            *$$ = (struct ast_stmt){ .kind = AST_EFFECT, .word = @$, .effect = $effect };
        }
    | MAILBOX size overflow ';'
        {
            $$ = NEW(struct ast_stmt);
            *$$ = (struct ast_stmt){ .kind = AST_MAILBOX, .word = @MAILBOX,
                .mailbox = { $size, $overflow, @overflow } };
        }
    | CHILD word ':' name maybe_values maybe_pool ';'
        {
            $$ = NEW(struct ast_stmt);
            *$$ = (struct ast_stmt){ .kind = AST_CHILD, .word = @CHILD,
                .child = { $word, $name, $maybe_values, @maybe_values, $maybe_pool } };
        }
    | SUPERVISE strategy ',' INTEGER RESTARTS IN DURATION backoff ';'
        {
            $$ = NEW(struct ast_stmt);
            *$$ = (struct ast_stmt){ .kind = AST_SUPERVISE, .word = @SUPERVISE,
                .supervise = $backoff };
            $$->supervise.strategy = $strategy;
            $$->supervise.strategy_span = @strategy;
            $$->supervise.restarts = $INTEGER;
            $$->supervise.window = $DURATION;
        }
    | MODE IDENT mode_body
        {
            $$ = NEW(struct ast_stmt);
            *$$ = (struct ast_stmt){ .kind = AST_MODE, .word = @MODE,
                .mode = { $IDENT, $mode_body } };
        }
    | DEDICATED ';'
        {
            $$ = NEW(struct ast_stmt);
            *$$ = (struct ast_stmt){ .kind = AST_DEDICATED, .word = @DEDICATED };
        }
    | STATE body
        {
            $$ = NEW(struct ast_stmt);
            *$$ = (struct ast_stmt){ .kind = AST_STATE, .word = @STATE, .state = $body };
        }
    | TIMER name ';'
        {
            $$ = NEW(struct ast_stmt);
            *$$ = (struct ast_stmt){ .kind = AST_TIMER, .word = @TIMER, .message = $name };
        }
    | EVERY DURATION name ';'
        {
            $$ = NEW(struct ast_stmt);
            *$$ = (struct ast_stmt){ .kind = AST_EVERY, .word = @EVERY,
                .every = { $DURATION, $name } };
        }
    | FD name ';'
        {
            $$ = NEW(struct ast_stmt);
            *$$ = (struct ast_stmt){ .kind = AST_FD, .word = @FD, .message = $name };
        }
    ;

/* Without a block a handler ends with ';', behind one it may. */
handler:
      ON name attributes maybe_modes ';'
        {
            $$ = (struct ast_handler){ .hook = AST_ON_MESSAGE, .message = $name,
                .name_span = @name, .attributes = $attributes, .modes = $maybe_modes,
                .modes_span = @maybe_modes };
        }
    | ON name attributes block maybe_modes maybe_semi
        {
            $$ = (struct ast_handler){ .hook = AST_ON_MESSAGE, .message = $name,
                .name_span = @name, .attributes = $attributes, .effects = $block,
                .modes = $maybe_modes, .modes_span = @maybe_modes };
        }
    | ON START ';'          { $$ = (struct ast_handler){ .hook = AST_ON_START, .name_span = @START }; }
    | ON STOP ';'           { $$ = (struct ast_handler){ .hook = AST_ON_STOP, .name_span = @STOP }; }
    | ON START block maybe_semi
        {
            $$ = (struct ast_handler){ .hook = AST_ON_START, .name_span = @START,
                .effects = $block };
        }
    | ON STOP block maybe_semi
        {
            $$ = (struct ast_handler){ .hook = AST_ON_STOP, .name_span = @STOP,
                .effects = $block };
        }
    ;

maybe_semi:
      %empty
    | ';'
    ;

attributes:
      %empty                 { $$ = (struct ast_attributes){ 0 }; }
    | attributes attribute   { $$ = $1; $attribute->span = @attribute; AST_APPEND(&$$, $attribute); }
    ;

attribute:
      URGENT
        {
            $$ = NEW(struct ast_attribute);
            *$$ = (struct ast_attribute){ .kind = AST_URGENT };
        }
    | RESERVE size
        {
            $$ = NEW(struct ast_attribute);
            *$$ = (struct ast_attribute){ .kind = AST_RESERVE, .amount = $size };
        }
    | LIMIT size overflow
        {
            $$ = NEW(struct ast_attribute);
            *$$ = (struct ast_attribute){ .kind = AST_LIMIT, .amount = $size,
                .overflow = $overflow, .overflow_span = @overflow };
        }
    ;

overflow:
      REFUSE                 { $$ = AST_REFUSE; }
    | DROP_OLDEST            { $$ = AST_DROP_OLDEST; }
    | DROP_NEWEST            { $$ = AST_DROP_NEWEST; }
    | THROTTLE               { $$ = AST_THROTTLE; }
    ;

maybe_modes:
      %empty                 { $$ = (struct ast_idents){ 0 }; }
    | BECOMES modes          { $$ = $modes; }
    ;

modes:
      IDENT
        {
            struct ast_ident_node *node = NEW(struct ast_ident_node);
            node->ident = $IDENT;
            $$ = (struct ast_idents){ node, node };
        }
    | modes '|' IDENT
        {
            struct ast_ident_node *node = NEW(struct ast_ident_node);
            node->ident = $IDENT;
            $$ = $1;
            AST_APPEND(&$$, node);
        }
    ;

mode_body:
      '{' mode_stmts '}'     { $$ = $mode_stmts; }
    | '{' mode_stmts error '}' { $$ = $mode_stmts; $$.broken = true; }
    ;

mode_stmts:
      %empty                 { $$ = (struct ast_stmts){ 0 }; }
    | mode_stmts mode_stmt   { $$ = $1; $mode_stmt->span = @mode_stmt; AST_APPEND(&$$, $mode_stmt); }
    | mode_stmts error ';'   { $$ = $1; $$.broken = true; yyerrok; }
    ;

mode_stmt:
      handler
        {
            $$ = NEW(struct ast_stmt);
            *$$ = (struct ast_stmt){ .kind = AST_HANDLER, .word = @$, .handler = $handler };
        }
    | STASH name ';'
        {
            $$ = NEW(struct ast_stmt);
            *$$ = (struct ast_stmt){ .kind = AST_STASH, .word = @STASH, .message = $name };
        }
    ;

block:
      '{' effects '}'        { $$ = $effects; }
    | '{' effects error '}'  { $$ = $effects; $$.broken = true; }
    ;

effects:
      %empty                 { $$ = (struct ast_effects){ 0 }; }
    | effects effect         { $$ = $1; AST_APPEND(&$$, $effect); }
    | effects error ';'      { $$ = $1; $$.broken = true; yyerrok; }
    ;

effect:
      TELL target ';'
        {
            $$ = NEW(struct ast_effect);
            *$$ = (struct ast_effect){ .kind = AST_TELL, .span = @$, .target = $target };
        }
    | ASK maybe_exclusive target maybe_as maybe_within maybe_with ';'
        {
            $$ = NEW(struct ast_effect);
            *$$ = (struct ast_effect){ .kind = AST_ASK, .span = @$, .target = $target,
                .exclusive = $maybe_exclusive, .as = $maybe_as, .within = $maybe_within,
                .with = $maybe_with };
        }
    | DELEGATE target ';'
        {
            $$ = NEW(struct ast_effect);
            *$$ = (struct ast_effect){ .kind = AST_DELEGATE, .span = @$, .target = $target };
        }
    | SPAWN name ';'
        {
            $$ = NEW(struct ast_effect);
            *$$ = (struct ast_effect){ .kind = AST_SPAWN, .span = @$, .actor = $name };
        }
    | WATCH name ';'
        {
            $$ = NEW(struct ast_effect);
            *$$ = (struct ast_effect){ .kind = AST_WATCH, .span = @$, .actor = $name };
        }
    ;

maybe_exclusive:
      %empty                 { $$ = (struct span){ 0 }; }
    | EXCLUSIVE              { $$ = @EXCLUSIVE; }
    ;

maybe_as:
      %empty                 { $$ = (struct ast_ident){ 0 }; }
    | AS IDENT               { $$ = $IDENT; }
    ;

maybe_within:
      %empty                 { $$ = NULL; }
    | WITHIN DURATION        { $$ = NEW(struct ast_literal); *$$ = $DURATION; }
    ;

maybe_with:
      %empty                 { $$ = (struct ast_path){ 0 }; }
    | WITH name              { $$ = $name; }
    ;

maybe_values:
      %empty                 { $$ = (struct ast_values){ 0 }; }
    | '(' ')'                { $$ = (struct ast_values){ 0 }; }
    | '(' values ')'         { $$ = $values; }
    ;

values:
      value
        {
            struct ast_value *node = NEW(struct ast_value);
            node->literal = $value;
            $$ = (struct ast_values){ node, node };
        }
    | values ',' value
        {
            struct ast_value *node = NEW(struct ast_value);
            node->literal = $value;
            $$ = $1;
            AST_APPEND(&$$, node);
        }
    ;

value:
      literal
    | keyword_but_bool
        {
            $$ = (struct ast_literal){ .kind = AST_NAME, .span = @$,
                .name = $keyword_but_bool.text, .last = $keyword_but_bool.text };
        }
    ;

maybe_pool:
      %empty                 { $$ = NULL; }
    | '*' size BY ROUND_ROBIN
        {
            $$ = NEW(struct ast_pool);
            *$$ = (struct ast_pool){ .span = @$, .size = $size, .route = AST_ROUND_ROBIN };
        }
    | '*' size BY LEAST_LOADED
        {
            $$ = NEW(struct ast_pool);
            *$$ = (struct ast_pool){ .span = @$, .size = $size, .route = AST_LEAST_LOADED };
        }
    | '*' size BY HASH '(' word ')'
        {
            $$ = NEW(struct ast_pool);
            *$$ = (struct ast_pool){ .span = @$, .size = $size, .route = AST_HASH,
                .field = $word };
        }
    ;

strategy:
      ONE_FOR_ONE            { $$ = AST_ONE_FOR_ONE; }
    | ALL_FOR_ONE            { $$ = AST_ALL_FOR_ONE; }
    | REST_FOR_ONE           { $$ = AST_REST_FOR_ONE; }
    | RESUME                 { $$ = AST_RESUME; }
    ;

backoff:
      %empty                 { $$ = (struct ast_supervise){ 0 }; }
    | ',' BACKOFF DURATION[min] TO DURATION[max]
        {
            $$ = (struct ast_supervise){ .backoff_min = NEW(struct ast_literal),
                .backoff_max = NEW(struct ast_literal) };
            *$$.backoff_min = $min;
            *$$.backoff_max = $max;
        }
    ;

/* ---- Names and literals ------------------------------------------------------------------ */

dotted:
      IDENT
    | dotted[front] '.' IDENT
        {
            $$ = (struct ast_ident){ syntax_join(syntax, $front.text, $IDENT.text, @$), @$ };
        }
    ;

name:
      IDENT                  { $$ = (struct ast_path){ .last = $IDENT, .span = @$ }; }
    | name[front] '.' IDENT
        {
            const char *text = $front.last.text;
            if ($front.qualifier != NULL) {
                text = syntax_join(syntax, $front.qualifier, text, @front);
            }
            $$ = (struct ast_path){ .last = $IDENT, .qualifier = text, .span = @$ };
        }
    ;

target:
      IDENT[actor] '.' IDENT[message]
        {
            $$ = (struct ast_target){ .actor = { .last = $actor, .span = @actor },
                .message = $message, .span = @$ };
        }
    | target[front] '.' IDENT
        {
            const char *text = $front.actor.last.text;
            if ($front.actor.qualifier != NULL) {
                text = syntax_join(syntax, $front.actor.qualifier, text, @front);
            }
            $$ = (struct ast_target){
                .actor = { .last = $front.message, .qualifier = text, .span = @front },
                .message = $IDENT, .span = @$ };
        }
    ;

literal:
      INTEGER
    | FLOAT
    | STRING
    | DURATION
    | bool_literal
    | named
    ;

named:
      name
        {
            const struct ast_path *path = &$name;
            bool is_missing = path->last.text == ast_missing(syntax->intern);
            const char *text = path->last.text;
            if (path->qualifier != NULL && !is_missing) {
                text = syntax_join(syntax, path->qualifier, text, @$);
            }
            $$ = (struct ast_literal){ .kind = is_missing ? AST_POISON : AST_NAME, .span = @$,
                .name = text, .last = path->last.text, .qualifier = path->qualifier };
        }
    ;

bool_literal:
      TRUE
        {
            $$ = (struct ast_literal){ .kind = AST_BOOL, .span = @$, .truth = true };
        }
    | FALSE
        {
            $$ = (struct ast_literal){ .kind = AST_BOOL, .span = @$, .truth = false };
        }
    ;

/* Keywords may name fields, arguments and children. */
word:
      IDENT
    | keyword
    ;

keyword:
      keyword_but_bool
    | TRUE
    | FALSE
    ;

keyword_but_bool:
      SCHEMA | PREFIX | IMPORT | CONST | OPEN | ENUM | MESSAGE | UNION | ACTOR | RESERVED | TO
    | DEPRECATED | BOOL | U8 | U16 | U32 | U64 | I8 | I16 | I32 | I64 | F32 | F64
    | TYPE_DURATION | TYPE_TIMESTAMP | TYPE_STRING | TYPE_BYTES | REF | OPAQUE | CALL | ON
    | START | STOP | URGENT | RESERVE | LIMIT | REFUSE | DROP_OLDEST | DROP_NEWEST | THROTTLE
    | MAILBOX | TELL | ASK | EXCLUSIVE | AS | WITHIN | WITH | DELEGATE | SPAWN | WATCH | CHILD
    | BY | ROUND_ROBIN | LEAST_LOADED | HASH | SUPERVISE | ONE_FOR_ONE | ALL_FOR_ONE
    | REST_FOR_ONE | RESUME | RESTARTS | IN | BACKOFF | MODE | STASH | DEDICATED | STATE | TIMER
    | EVERY | FD | REMOTE | DURABLE | ISOLATE | PROCESS | TOPIC | PUBLISH | SUBSCRIBE | KEY
    | VERSION
    ;

%%

/* Only bison itself calls it, when its stack cannot grow. */
static void parser_error(const PARSER_LTYPE *span, struct syntax *syntax, const char *text)
{
    diags_add(syntax->diags, DIAG_TOO_MANY, *span, "%s", text);
}

/* What could have come instead of what was found. */
struct expectation {
    bool tokens[YYNTOKENS];
    const char *texts[YYNTOKENS];
    int codes[YYNTOKENS]; /* as the scanner gives them; 0 if the text stands for several */
    size_t count;
};

static void expect(struct expectation *e, const char *text, int code)
{
    e->texts[e->count] = text;
    e->codes[e->count++] = code;
}

/* Expects `text` in place of the tokens from one to the other. */
static void summarise(
        struct expectation *e, yysymbol_kind_t from, yysymbol_kind_t to, const char *text)
{
    for (int i = (int)from; i <= (int)to; i++) {
        e->tokens[i] = false;
    }
    if (text != NULL) {
        expect(e, text, 0);
    }
}

/* Puts one text in the place of tokens that together begin one thing. */
static void shorten(struct expectation *e)
{
    const bool *tokens = e->tokens;
    bool is_word = tokens[YYSYMBOL_VERSION];
    if (tokens[YYSYMBOL_FLOAT]) {
        summarise(e, YYSYMBOL_INTEGER, YYSYMBOL_IDENT, "a value");
        summarise(e, YYSYMBOL_TRUE, YYSYMBOL_FALSE, NULL);
        if (is_word) {
            summarise(e, YYSYMBOL_SCHEMA, YYSYMBOL_VERSION, NULL);
        }
    } else if (is_word) {
        summarise(e, YYSYMBOL_IDENT, YYSYMBOL_VERSION, "a name");
    } else if (tokens[YYSYMBOL_TYPE_STRING]) {
        summarise(e, YYSYMBOL_IDENT, YYSYMBOL_IDENT, "a type");
        summarise(e, YYSYMBOL_BOOL, YYSYMBOL_CALL, NULL);
    } else if (tokens[YYSYMBOL_U8]) {
        summarise(e, YYSYMBOL_BOOL, YYSYMBOL_TYPE_TIMESTAMP, "a type");
    }
}

/* ---- Repairing -------------------------------------------------------------------------- */

static void keep_stack(struct syntax *syntax, const void *bottom, const void *top)
{
    const yy_state_t *states = bottom;
    size_t depth = (size_t)((const yy_state_t *)top - states) + 1;
    struct repair_stack *stack = &syntax->stacks[1];
    syntax->stacks[0] = *stack;
    stack->depth = depth <= REPAIR_DEPTH_MAX ? depth : 0;
    for (size_t i = 0; i < stack->depth; i++) {
        stack->states[i] = (int16_t)states[i];
    }
}

/* Returns the state after `rule` has been reduced on `state`. */
static int go_to(int state, int rule)
{
    int symbol = yyr1[rule] - YYNTOKENS;
    int at = yypgoto[symbol] + state;
    bool has_entry = at >= 0 && at <= YYLAST && yycheck[at] == state;
    return has_entry ? yytable[at] : yydefgoto[symbol];
}

/* Returns the state to shift to (positive), the rule to reduce (negative), or 0 for an error. */
static int next_action(int state, int symbol)
{
    int at = yypact[state];
    if (!yypact_value_is_default(at)) {
        at += symbol;
        if (at >= 0 && at <= YYLAST && yycheck[at] == symbol) {
            return yytable_value_is_error(yytable[at]) ? 0 : yytable[at];
        }
    }
    return -yydefact[state];
}

/* See repair_problem; the parser without its actions. */
static size_t reach(const struct repair_stack *stack, const int *tokens, size_t count)
{
    int states[REPAIR_DEPTH_MAX + REPAIR_AHEAD_MAX + 2];
    size_t depth = stack->depth;
    for (size_t i = 0; i < depth; i++) {
        states[i] = stack->states[i];
    }
    for (size_t i = 0; i < count; i++) {
        int action;
        while ((action = next_action(states[depth - 1], YYTRANSLATE(tokens[i]))) < 0) {
            depth -= (size_t)yyr2[-action];
            states[depth] = go_to(states[depth - 1], -action);
            depth++;
            if (depth == sizeof states / sizeof states[0]) {
                return i;
            }
        }
        if (action == 0) {
            return i;
        }
        states[depth++] = action;
        if (depth == sizeof states / sizeof states[0]) {
            return i;
        }
    }
    return count;
}

/* How unlikely it is that a token was forgotten, or was meant in the place of another. */
static unsigned cost_of(int code)
{
    switch (code) {
    case ';': return 0;
    case '{':
    case '}': return 24;
    case '=':
    case '.':
    case '*':
    case '?': return 17;
    case TOK_IDENT: return 14;
    case TOK_INTEGER: return 15;
    default: return code < 256 ? 10 : code < TOK_FLOAT ? 12 : code < TOK_IDENT ? 16 : 18;
    }
}

static size_t list_tokens(struct repair_token *ret_tokens)
{
    size_t count = 0;
    for (int code = 1; code <= YYMAXUTOK; code++) {
        yysymbol_kind_t kind = YYTRANSLATE(code);
        if (kind != YYSYMBOL_YYUNDEF && kind != YYSYMBOL_YYerror) {
            ret_tokens[count++] =
                    (struct repair_token){ code, cost_of(code), code >= TOK_IDENT };
        }
    }
    return count;
}

static int yyreport_syntax_error(const yypcontext_t *context, struct syntax *syntax)
{
    struct expectation e = { .count = 0 };
    yysymbol_kind_t found = yypcontext_token(context);
    bool found_end = found == YYTRANSLATE(';') || found == YYTRANSLATE('}') ||
                     found == YYTRANSLATE(')') || found == YYSYMBOL_YYEOF;
    if (syntax_only_counts(syntax, *yypcontext_location(context), found_end)) {
        return 0;
    }
    yysymbol_kind_t expected[YYNTOKENS];
    int count = yypcontext_expected_tokens(context, expected, YYNTOKENS);
    for (int i = 0; i < count; i++) {
        e.tokens[expected[i]] = true;
    }
    shorten(&e);
    for (int code = 0; code <= YYMAXUTOK; code++) {
        yysymbol_kind_t kind = YYTRANSLATE(code);
        if (e.tokens[kind] && kind != YYSYMBOL_YYUNDEF) {
            expect(&e, yysymbol_name(kind), code);
        }
    }
    struct repair_token vocabulary[YYNTOKENS];
    syntax_report(syntax, &(struct syntax_surprise){
            .span = *yypcontext_location(context),
            .found = found == YYSYMBOL_YYEMPTY ? "nothing" : yysymbol_name(found),
            .found_word = found >= YYSYMBOL_IDENT && found <= YYSYMBOL_VERSION,
            .found_end = found_end,
            /* Where '}' may come too the statement has its end already. */
            .semicolon_expected = e.tokens[YYTRANSLATE(';')] && !e.tokens[YYTRANSLATE('}')],
            .brace_expected = e.tokens[YYTRANSLATE('{')],
            .string_token = TOK_TYPE_STRING,
            .bytes_token = TOK_TYPE_BYTES,
            .expected = e.texts,
            .tokens = e.codes,
            .expected_count = e.count,
            .vocabulary = vocabulary,
            .vocabulary_count = list_tokens(vocabulary),
            .reach = reach });
    return 0;
}
