// Decides at each instruction of a watched frame whether the program stops. Nothing here allocates: memory is needed only
// by what the function does that is called at a stop.
#include <string.h>
#include "py/bc0.h"
#include "py/gc.h"
#include "py/mpthread.h"
#include "slotscope.h"

#if SLOTSCOPE_DEBUG
#include "bytecode.h"
#include "debugger.h"

static mp_obj_t native_callback(mp_obj_t frame, mp_obj_t event, mp_obj_t arg) {
    (void)frame;
    (void)event;
    (void)arg;
    return mp_const_none;
}
extern const mp_obj_type_t mp_type_frame;
MP_DEFINE_CONST_FUN_OBJ_3(slotscope_native_obj, native_callback);

mp_obj_frame_t slotscope_frame = { .base = { &mp_type_frame }, .callback = SLOTSCOPE_NATIVE };
bool slotscope_wants_exceptions;

// Functions met, each in its place by the hash of its address, which is a root pointer so that no other function gets
// the address; and what is known of them.
#define N_FUNCTIONS (64)
enum { HAS_POINT = 1, IS_USERS = 2 };

// Where frames were last seen.
typedef struct _trail_t {
    const mp_code_state_t *code_state;
    const byte *ip;         // NULL: not known
    const byte *limit;      // up to here nothing new begins, going forward
    bool is_first;          // in the first test of a loop that stands on one line
} trail_t;
#define N_TRAILS (8)

static struct {
    uint8_t step;
    bool raised, uncaught;
    bool is_asking;                 // the function was asked about a line and has not said how to go on
    bool is_reported;               // the last exception has been stopped for as an uncaught one
    const mp_code_state_t *root;    // the first frame outwards that is not the program's
    mp_code_state_t *target;        // the frame that the step is about; NULL: none
    mp_code_state_t *resume_at;     // stop there as soon as it goes on
    size_t last_depth;              // of the frame in which the last exception was seen
    trail_t here;
    trail_t trails[N_TRAILS];
    uint8_t known[N_FUNCTIONS];
} st;

static void set_step(int how) {
    st.step = how;
    slotscope_wants_exceptions = st.raised || st.uncaught || how != SLOTSCOPE_RUN;
}

/******************************************************************************/
// Functions, frames and files

slotscope_file_t *slotscope_find_file(qstr name) {
    slotscope_file_t *file = MP_STATE_VM(slotscope_files);
    while (file != NULL && file->file != name) {
        file = file->next;
    }
    return file;
}

void slotscope_forget_functions(void) {
    memset(MP_STATE_VM(slotscope_functions), 0, sizeof(MP_STATE_VM(slotscope_functions)));
}

static bool is_users(qstr name) {
    // The first of the prefixes is for files that are never the user's. If there are no others, all else is.
    mp_obj_t prefixes = MP_STATE_VM(slotscope_prefixes);
    if (prefixes == MP_OBJ_NULL) {
        return true;
    }
    size_t n;
    mp_obj_t *items;
    mp_obj_get_array(prefixes, &n, &items);
    const char *file = qstr_str(name);
    bool found = n < 2;
    for (size_t i = 0; i < n; ++i) {
        size_t length;
        const char *prefix = mp_obj_str_get_data(items[i], &length);
        if (strncmp(file, prefix, length) == 0) {
            if (i == 0) {
                return false;
            }
            found = true;
        }
    }
    return found;
}

static unsigned int know(const mp_code_state_t *code_state) {
    const mp_raw_code_t *rc = code_state->fun_bc->rc;
    size_t at = (((uintptr_t)rc >> 4) ^ ((uintptr_t)rc >> 10)) % N_FUNCTIONS;
    if (MP_STATE_VM(slotscope_functions)[at] == rc) {
        return st.known[at];
    }
    qstr name = slotscope_file_of(code_state);
    unsigned int known = is_users(name) ? IS_USERS : 0;
    slotscope_file_t *file = slotscope_find_file(name);
    for (size_t i = 0; file != NULL && i < file->n_points; ++i) {
        if (slotscope_owns_line(rc, file->points[i].line)) {
            known |= HAS_POINT;
            break;
        }
    }
    MP_STATE_VM(slotscope_functions)[at] = rc;
    st.known[at] = known;
    return known;
}

mp_code_state_t *slotscope_outer(const mp_code_state_t *code_state) {
    mp_code_state_t *outer = code_state->prev_state;
    return outer == st.root ? NULL : outer;
}

static bool is_active(const mp_code_state_t *code_state, const mp_code_state_t *from) {
    while (from != NULL && from != code_state) {
        from = slotscope_outer(from);
    }
    return from != NULL;
}

static mp_code_state_t *users_caller(mp_code_state_t *code_state) {
    do {
        code_state = slotscope_outer(code_state);
    } while (code_state != NULL && !(know(code_state) & IS_USERS));
    return code_state;
}

size_t slotscope_line_of(const mp_code_state_t *code_state) {
    slotscope_place_t place;
    slotscope_locate(code_state->fun_bc->rc, code_state->ip, &place);
    return place.line;
}

/******************************************************************************/
// Stops

mp_obj_t slotscope_call_untraced(mp_obj_t fun, size_t n_args, const mp_obj_t *args) {
    bool was = MP_STATE_THREAD(prof_callback_is_executing);
    MP_STATE_THREAD(prof_callback_is_executing) = true;
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        mp_obj_t result = mp_call_function_n_kw(fun, n_args, 0, args);
        nlr_pop();
        MP_STATE_THREAD(prof_callback_is_executing) = was;
        return result;
    }
    MP_STATE_THREAD(prof_callback_is_executing) = was;
    nlr_jump(nlr.ret_val);
}

mp_obj_t slotscope_from_state(const mp_code_state_t *code_state) {
    return MP_OBJ_NEW_SMALL_INT((uintptr_t)code_state >> 2);
}

// Calls the function given to start(), unless there is no memory for it to run. Ctrl-C that it lets through is raised in
// the program, at once or where the VM is in no state for it at the program's next branch; its errors are not.
static void report(int why, mp_code_state_t *code_state, mp_obj_t what, mp_obj_t error, bool is_caught, bool may_raise) {
    if (gc_is_locked()) {
        return;
    }
    mp_obj_t args[5] = {
        MP_OBJ_NEW_SMALL_INT(why), slotscope_from_state(code_state), what, error, mp_obj_new_bool(is_caught),
    };
    if (why != SLOTSCOPE_ASK) {
        set_step(SLOTSCOPE_RUN);
        st.resume_at = NULL;
    }
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        slotscope_call_untraced(MP_STATE_VM(slotscope_function), MP_ARRAY_SIZE(args), args);
        nlr_pop();
    } else if (!mp_obj_exception_match(MP_OBJ_FROM_PTR(nlr.ret_val), MP_OBJ_FROM_PTR(&mp_type_Exception))) {
        if (may_raise) {
            nlr_jump(nlr.ret_val);
        }
        mp_sched_exception(MP_OBJ_FROM_PTR(nlr.ret_val));
    }
}

static void stop(int why, mp_code_state_t *code_state, bool may_raise) {
    report(why, code_state, mp_const_none, mp_const_none, false, may_raise);
}

// Has every frame from here outwards move to the tracing VM, where it is asked whether it is wanted there.
static void mark(mp_code_state_t *code_state) {
    for (; code_state != NULL; code_state = slotscope_outer(code_state)) {
        code_state->frame = &slotscope_frame;
    }
}

void slotscope_mark_all(void) {
    mark(MP_STATE_THREAD(current_code_state));
}

void slotscope_begin_step(int how, mp_code_state_t *code_state) {
    st.is_asking = false;
    set_step(how);
    st.target = code_state;
    st.resume_at = NULL;
    MP_STATE_VM(slotscope_generator) = NULL;
    if (code_state != NULL && (code_state->fun_bc->rc->prelude.scope_flags & MP_SCOPE_FLAG_GENERATOR)) {
        // While it is asked whether the generator is done, it must be there.
        MP_STATE_VM(slotscope_generator) = (byte *)code_state - offsetof(slotscope_generator_t, code_state);
    }
    mark(code_state != NULL ? code_state : MP_STATE_THREAD(current_code_state));
}

// Whether the step's frame is over, seen from another one.
static bool has_left(const mp_code_state_t *code_state) {
    if (MP_STATE_VM(slotscope_generator) != NULL) {
        return st.target->ip == NULL;
    }
    return !is_active(st.target, code_state);
}

/******************************************************************************/
// Visits of lines

static bool counts(const slotscope_point_t *point) {
    switch (point->rule) {
        case SLOTSCOPE_EVERY:
            return point->limit != 0 && point->count % point->limit == 0;
        case SLOTSCOPE_EQ:
            return point->count == point->limit;
        case SLOTSCOPE_GE:
            return point->count >= point->limit;
        case SLOTSCOPE_GT:
            return point->count > point->limit;
        case SLOTSCOPE_LE:
            return point->count <= point->limit;
        case SLOTSCOPE_LT:
            return point->count < point->limit;
        default:
            return true;
    }
}

// A comprehension that runs as part of the line around it, which has been visited already.
static bool is_part_of_line(const mp_code_state_t *code_state, size_t line) {
    const char *name = qstr_str(slotscope_name_of(code_state));
    if (name[0] != '<' || name[1] == 'm' || (name[1] == 'l' && name[2] == 'a')) {
        return false;
    }
    mp_code_state_t *outer = slotscope_outer(code_state);
    return outer != NULL && slotscope_file_of(outer) == slotscope_file_of(code_state) && slotscope_line_of(outer) == line;
}

// Counts a hit of the line's breakpoint, if it has one, and stops for it.
static bool stops_at_point(mp_code_state_t *code_state, size_t line) {
    slotscope_file_t *file = slotscope_find_file(slotscope_file_of(code_state));
    for (size_t i = 0; file != NULL && i < file->n_points; ++i) {
        slotscope_point_t *point = &file->points[i];
        if (point->line == line) {
            point->count += 1;
            if (point->rule == SLOTSCOPE_BY_FUNCTION) {
                st.is_asking = true;
                report(SLOTSCOPE_ASK, code_state, MP_OBJ_NEW_SMALL_INT(line), mp_const_none, false, true);
                return !st.is_asking;
            }
            bool stops = counts(point);
            if (stops) {
                report(SLOTSCOPE_BREAKPOINT, code_state, point->id, mp_const_none, false, true);
            }
            return stops;
        }
    }
    return false;
}

static void visit(mp_code_state_t *code_state, size_t line) {
    unsigned int known = know(code_state);
    if ((known & HAS_POINT) && !is_part_of_line(code_state, line) && stops_at_point(code_state, line)) {
        return;
    }
    if (st.step != SLOTSCOPE_RUN) {
        if (st.step != SLOTSCOPE_IN && code_state != st.target && has_left(code_state)) {
            st.step = SLOTSCOPE_IN;
        }
        if (st.step == SLOTSCOPE_IN ? known & IS_USERS : st.step == SLOTSCOPE_OVER && code_state == st.target) {
            stop(SLOTSCOPE_STEP, code_state, true);
        }
    }
}

static trail_t *trail_of(const mp_code_state_t *code_state) {
    return &st.trails[(((uintptr_t)code_state >> 4) ^ ((uintptr_t)code_state >> 8)) % N_TRAILS];
}

// Makes st.here that of the frame.
static void recall(const mp_code_state_t *code_state) {
    if (st.here.code_state != code_state) {
        *trail_of(st.here.code_state) = st.here;
        st.here = *trail_of(code_state);
        if (st.here.code_state != code_state) {
            memset(&st.here, 0, sizeof(st.here));
            st.here.code_state = code_state;
        }
    }
}

void slotscope_begin_frame(mp_code_state_t *code_state, bool is_moving) {
    if (st.step != SLOTSCOPE_RUN && !is_moving && code_state == st.target && code_state->ip == code_state->fun_bc->rc->prelude.opcodes) {
        // Another frame in the same place: the step's frame was left without a return.
        st.target = NULL;
        st.step = SLOTSCOPE_IN;
    }
    code_state->frame = slotscope_wants(code_state) ? &slotscope_frame : NULL;
    recall(code_state);
    st.here.ip = st.here.limit = NULL;
    st.here.is_first = false;
}

// A line is visited where its first instruction is executed, or where one is returned to from further on: the head of a
// loop, or a loop's only line. The test of a while loop, which stands behind the body, is a visit of the loop's line; the
// jump to it with which the loop begins belongs to the visit before, and so does, on the same line, what follows the test.
void slotscope_step_instruction(mp_code_state_t *code_state) {
    const byte *ip = code_state->ip;
    if (code_state == st.here.code_state && ip > st.here.ip && ip < st.here.limit) {
        st.here.ip = ip;
        return;
    }
    const mp_raw_code_t *rc = code_state->fun_bc->rc;
    recall(code_state);
    const byte *from = st.here.ip;
    slotscope_place_t place;
    slotscope_locate(rc, ip, &place);
    st.here.ip = ip;
    st.here.limit = place.limit;
    if (code_state == st.resume_at) {
        stop(SLOTSCOPE_STEP, code_state, true);
        return;
    }
    if (ip == place.test) {
        bool is_one_line = place.line == place.table_line;
        if (from == place.header) {
            st.here.is_first = is_one_line;
        } else if (!is_one_line) {
            visit(code_state, place.line);
        }
    } else if (from != NULL && ip <= from) {
        const byte *test;
        const byte *header = slotscope_loop_header(rc, ip, from, &test);
        if (header != NULL && slotscope_table_line(rc, header) == place.table_line) {
            bool is_first = st.here.is_first;
            st.here.is_first = false;
            if (is_first || slotscope_table_line(rc, test) != place.table_line) {
                return;
            }
        }
        visit(code_state, place.table_line);
    } else if (ip == place.start) {
        visit(code_state, place.table_line);
    }
}

void slotscope_leave(mp_code_state_t *code_state) {
    if (!slotscope_is_native() || !slotscope_is_on()) {
        return;
    }
    mp_code_state_t *outer = slotscope_outer(code_state);
    mp_code_state_t *wake = NULL;
    if (st.step == SLOTSCOPE_IN) {
        if (know(code_state) & IS_USERS) {
            wake = outer;
        }
    } else if (st.step != SLOTSCOPE_RUN && code_state == st.target) {
        if (st.step == SLOTSCOPE_OUT) {
            wake = users_caller(code_state);
            slotscope_begin_step(wake != NULL ? SLOTSCOPE_OVER : SLOTSCOPE_RUN, wake);
        } else {
            st.step = SLOTSCOPE_IN;
            st.target = NULL;
        }
    }
    if (wake != NULL && (know(wake) & IS_USERS)) {
        // Stop there although its line goes on, as debuggers do. Where C code stands between, it may call again first.
        if (wake == outer) {
            stop(SLOTSCOPE_STEP, wake, false);
        } else {
            st.resume_at = wake;
        }
    }
}

/******************************************************************************/
// Which VM

bool slotscope_wants(mp_code_state_t *code_state) {
    if (!slotscope_is_native()) {
        return true;
    }
    unsigned int known = know(code_state);
    if (known & HAS_POINT) {
        return true;
    }
    if (st.step == SLOTSCOPE_RUN) {
        return false;
    }
    // A step over or out is about frames that were there when it began, which are marked.
    return code_state == st.target || code_state->frame == &slotscope_frame || (st.step == SLOTSCOPE_IN && (known & IS_USERS));
}

/******************************************************************************/
// Exceptions

void slotscope_watch_exceptions(bool raised, bool uncaught) {
    st.raised = raised;
    st.uncaught = uncaught;
    set_step(st.step);
}

static bool is_handled(const mp_code_state_t *code_state) {
    for (; code_state != NULL; code_state = slotscope_outer(code_state)) {
        if (slotscope_is_in_try(code_state->fun_bc->rc, code_state->ip)) {
            return true;
        }
    }
    return false;
}

void slotscope_except(mp_code_state_t *code_state, void *exception) {
    if (!slotscope_is_native() || !slotscope_is_on()) {
        return;
    }
    if (!(know(code_state) & IS_USERS)) {
        return;
    }
    if ((st.step == SLOTSCOPE_IN || st.step == SLOTSCOPE_OUT) && st.target != NULL && has_left(code_state)) {
        // It has left the frame that was to be left, or stepped in from.
        stop(SLOTSCOPE_STEP, code_state, false);
    }
    mp_obj_t error = MP_OBJ_FROM_PTR(exception);
    if (!(st.raised || st.uncaught) || mp_obj_exception_match(error, MP_OBJ_FROM_PTR(&mp_type_StopIteration))) {
        return;
    }
    size_t depth = 0;
    for (const mp_code_state_t *outer = code_state; outer != NULL; outer = slotscope_outer(outer)) {
        depth += 1;
    }
    // Passing through frames and finally clauses is no new raise.
    byte op = *code_state->ip;
    bool is_same = error == MP_STATE_VM(slotscope_exception)
        && (depth < st.last_depth || (depth == st.last_depth && (op == MP_BC_END_FINALLY || op == MP_BC_RAISE_LAST)));
    MP_STATE_VM(slotscope_exception) = error;
    st.last_depth = depth;
    if (!is_same) {
        st.is_reported = false;
    }
    bool stops = st.raised && !is_same;
    if (stops || (st.uncaught && !st.is_reported)) {
        bool is_caught = is_handled(code_state);
        if (stops || !is_caught) {
            st.is_reported = !is_caught;
            report(SLOTSCOPE_EXCEPTION, code_state, mp_const_none, error, is_caught, false);
        }
    }
}

/******************************************************************************/

void slotscope_begin(const mp_code_state_t *root) {
    memset(&st, 0, sizeof(st));
    st.root = root;
    slotscope_forget_functions();
    slotscope_settrace(SLOTSCOPE_NATIVE);
}

void slotscope_end(void) {
    slotscope_settrace(mp_const_none);
    for (mp_code_state_t *code_state = MP_STATE_THREAD(current_code_state); code_state != NULL; code_state = code_state->prev_state) {
        if (code_state->frame == &slotscope_frame) {
            code_state->frame = NULL;
        }
    }
    st.root = NULL;
    slotscope_wants_exceptions = false;
    slotscope_forget_functions();
    MP_STATE_VM(slotscope_files) = NULL;
    MP_STATE_VM(slotscope_prefixes) = MP_OBJ_NULL;
    MP_STATE_VM(slotscope_exception) = MP_OBJ_NULL;
    MP_STATE_VM(slotscope_generator) = NULL;
    MP_STATE_VM(slotscope_function) = MP_OBJ_NULL;
}

MP_REGISTER_ROOT_POINTER(const void *slotscope_functions[64]);
MP_REGISTER_ROOT_POINTER(struct _slotscope_file_t *slotscope_files);
MP_REGISTER_ROOT_POINTER(mp_obj_t slotscope_prefixes);
MP_REGISTER_ROOT_POINTER(mp_obj_t slotscope_function);
MP_REGISTER_ROOT_POINTER(mp_obj_t slotscope_exception);
MP_REGISTER_ROOT_POINTER(void *slotscope_generator);

#endif // SLOTSCOPE_DEBUG
