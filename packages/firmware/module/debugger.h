// The C debugger: breakpoints, steps and exceptions in frames that carry slotscope_frame.
#ifndef SLOTSCOPE_DEBUGGER_H
#define SLOTSCOPE_DEBUGGER_H

#include "slotscope.h"
#include "py/objfun.h"

// Why the program stops: the first argument of the function given to _slotscope.start().
enum { SLOTSCOPE_BREAKPOINT, SLOTSCOPE_STEP, SLOTSCOPE_EXCEPTION, SLOTSCOPE_ASK };

// How it goes on: _slotscope.step().
enum { SLOTSCOPE_RUN, SLOTSCOPE_IN, SLOTSCOPE_OVER, SLOTSCOPE_OUT };

// When the n-th hit of a breakpoint counts. BY_FUNCTION: the function given to start() decides.
enum { SLOTSCOPE_ALWAYS, SLOTSCOPE_EVERY, SLOTSCOPE_EQ, SLOTSCOPE_GE, SLOTSCOPE_GT, SLOTSCOPE_LE, SLOTSCOPE_LT, SLOTSCOPE_BY_FUNCTION };

typedef struct _slotscope_point_t {
    uint32_t line;
    uint32_t count;
    uint32_t limit;
    uint32_t rule;
    mp_obj_t id;
} slotscope_point_t;

typedef struct _slotscope_file_t {
    struct _slotscope_file_t *next;
    size_t file;    // a qstr
    size_t n_points;
    slotscope_point_t points[];
} slotscope_file_t;

// Stands in the thread's trace callback while the C debugger is on. It is never called.
extern const mp_obj_fun_builtin_fixed_t slotscope_native_obj;
#define SLOTSCOPE_NATIVE MP_OBJ_FROM_PTR(&slotscope_native_obj)
static inline bool slotscope_is_native(void) {
    return MP_STATE_THREAD(prof_trace_callback) == SLOTSCOPE_NATIVE;
}

static inline qstr slotscope_file_of(const mp_code_state_t *code_state) {
    #if MICROPY_EMIT_BYTECODE_USES_QSTR_TABLE
    return code_state->fun_bc->context->constants.qstr_table[0];
    #else
    return code_state->fun_bc->context->constants.source_file;
    #endif
}

static inline qstr slotscope_name_of(const mp_code_state_t *code_state) {
    size_t name = code_state->fun_bc->rc->prelude.qstr_block_name_idx;
    #if MICROPY_EMIT_BYTECODE_USES_QSTR_TABLE
    return code_state->fun_bc->context->constants.qstr_table[name];
    #else
    return name;
    #endif
}

// The tracing VM's reports on a frame of the C debugger's: it begins, or is taken up; it is at an instruction.
void slotscope_begin_frame(mp_code_state_t *code_state, bool is_moving);
void slotscope_step_instruction(mp_code_state_t *code_state);

slotscope_file_t *slotscope_find_file(qstr file);
// What was known of functions is out of date: breakpoints or the user's code have changed.
void slotscope_forget_functions(void);
// The line that a frame of the chain is in.
size_t slotscope_line_of(const mp_code_state_t *code_state);
void slotscope_begin(const mp_code_state_t *root);
void slotscope_end(void);
// Has every frame of the program ask again in which VM it is wanted.
void slotscope_mark_all(void);
// `how` as above; `code_state` is the frame that the step is about, NULL for none.
void slotscope_begin_step(int how, mp_code_state_t *code_state);
void slotscope_watch_exceptions(bool raised, bool uncaught);
// The code state of the frame outwards, NULL where the program ends.
mp_code_state_t *slotscope_outer(const mp_code_state_t *code_state);
// Calls a function with nothing traced in it.
mp_obj_t slotscope_call_untraced(mp_obj_t fun, size_t n_args, const mp_obj_t *args);
mp_obj_t slotscope_from_state(const mp_code_state_t *code_state);

// A generator as py/objgenerator.c lays it out, for the code state in it.
typedef struct _slotscope_generator_t {
    mp_obj_base_t base;
    mp_obj_t pend_exc;  // MP_OBJ_NULL while it runs
    mp_code_state_t code_state;
} slotscope_generator_t;

#endif
