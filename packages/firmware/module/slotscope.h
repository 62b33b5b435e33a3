// Native debugging for MicroPython, added to a build as a user C module: what its files share.
//
// Every bytecode frame runs in one of two copies of the virtual machine. The standard one has no code for tracing and
// serves all frames that nobody watches. The tracing one is the port's own py/vm.c, which reports every opcode. A frame
// moves from one to the other while it is alive.
#ifndef SLOTSCOPE_H
#define SLOTSCOPE_H

#include "py/obj.h"
#include "py/bc.h"
#include "py/profile.h"
#include "py/runtime.h"

// The parts, each of which can be left out: see README.md.
#ifndef SLOTSCOPE_DUAL_VM
#define SLOTSCOPE_DUAL_VM (1)
#endif
#ifndef SLOTSCOPE_LIVE_SWITCH
#define SLOTSCOPE_LIVE_SWITCH (SLOTSCOPE_DUAL_VM)
#endif
#ifndef SLOTSCOPE_DEBUG
#define SLOTSCOPE_DEBUG (1)
#endif

#if !MICROPY_PY_SYS_SETTRACE
#error "slotscope: this firmware is built without MICROPY_PY_SYS_SETTRACE. The module's micropython.mk or micropython.cmake turns it on; the port's mpconfigport.h must not define it as 0."
#endif
#if !defined(__GNUC__)
#error "slotscope: needs GCC or Clang."
#endif
#if MICROPY_VERSION_MAJOR != 1 || MICROPY_VERSION_MINOR < 25
#error "slotscope: needs MicroPython 1.25 or newer."
#endif

// What either VM returns when it has saved its registers in a code state that is to go on in the other one.
#define SLOTSCOPE_VM_SWITCH ((mp_vm_return_kind_t)3)

// Stands in `frame` of each code state that the C debugger watches. It is one object for all of them, so that watching
// a frame allocates nothing.
extern mp_obj_frame_t slotscope_frame;

// The exception that a VM was to throw into a frame when that frame moved.
extern mp_obj_t slotscope_injected;
// True from the moment at which a frame moves until it is taken up: it is then not called, it goes on.
extern bool slotscope_is_moving;
// Set by the standard VM of a stackless build where the frame that it hands over has only just begun.
extern bool slotscope_begins;
// Some thread has, or may have, a trace callback. To ask for this one's takes a call where there are threads.
#if MICROPY_PY_THREAD
extern bool slotscope_is_used;
#else
#define slotscope_is_used slotscope_has_callback()
#endif

// The standard VM of a stackless build, which mp_execute_bytecode() is above; elsewhere it is mp_execute_bytecode().
mp_vm_return_kind_t slotscope_vm_standard(mp_code_state_t *code_state, volatile mp_obj_t inject_exc);
mp_vm_return_kind_t slotscope_vm_tracing(mp_code_state_t *code_state, volatile mp_obj_t inject_exc);
// Asked by the standard VM where a frame is called or resumed, while slotscope_is_used: does it belong in the tracing VM?
bool slotscope_takes(mp_code_state_t *code_state);
// Goes on with a frame in the tracing VM, and from there in whichever it belongs, to its end.
mp_vm_return_kind_t slotscope_move(mp_code_state_t *code_state, mp_obj_t inject_exc, bool begins);

// sys.settrace().
#if MICROPY_PY_THREAD
mp_obj_t slotscope_settrace(mp_obj_t callback);
#else
#define slotscope_settrace mp_prof_settrace
#endif

static inline bool slotscope_has_callback(void) {
    return MP_STATE_THREAD(prof_trace_callback) != MP_OBJ_NULL;
}

// Ends the FOR_ITER or YIELD_FROM that a StopIteration came out of, as py/vm.c does. False if it is another opcode.
bool slotscope_ends_opcode(mp_code_state_t *code_state, void *stop_iteration);

// The thread has a trace callback, and it is not running.
static inline bool slotscope_is_on(void) {
    return slotscope_has_callback() && !MP_STATE_THREAD(prof_callback_is_executing);
}

// Asked where a frame begins: does it belong in the tracing VM? Only while slotscope_is_on().
bool slotscope_wants(mp_code_state_t *code_state);
// Asked by the standard VM at a frame that is marked, and by the tracing VM at one that seems unwatched.
bool slotscope_leaves_standard(mp_code_state_t *code_state);
bool slotscope_leaves_tracing(mp_code_state_t *code_state);

// What the tracing VM calls in place of the functions of py/profile.c.
void slotscope_enter(mp_code_state_t *code_state);
mp_obj_t slotscope_update(mp_code_state_t *code_state);
void slotscope_tick(mp_code_state_t *code_state, void *exception);
// Before its first opcode: raises what a 'call' event of a Python trace function raised.
void slotscope_raise_from_call(void);

#if SLOTSCOPE_DEBUG
// A frame returns a value, all its finally clauses done.
void slotscope_leave(mp_code_state_t *code_state);
// A frame of the standard VM has met an exception.
void slotscope_except(mp_code_state_t *code_state, void *exception);
extern bool slotscope_wants_exceptions;
#endif

// For a port's interrupt handler: input has arrived, schedule the function that was given to _slotscope.attend().
void slotscope_attend(void);

// A port's own hooks, as functions: their text can't be kept once the names mean ours. What MICROPY_VM_HOOK_INIT
// declares is what the others use.
#define SLOTSCOPE_KEEP_PORT_HOOKS \
    static inline __attribute__((unused)) void slotscope_port_hook_loop(void) { MICROPY_VM_HOOK_INIT MICROPY_VM_HOOK_LOOP } \
    static inline __attribute__((unused)) void slotscope_port_hook_return(void) { MICROPY_VM_HOOK_INIT MICROPY_VM_HOOK_RETURN }

// In a stackless build an exception goes from frame to frame within one run of a VM, which then neither says so nor takes
// the frames that are left off the chain.
#if MICROPY_STACKLESS
#define SLOTSCOPE_MEND_CHAIN() MP_STATE_THREAD(current_code_state) = code_state
#define mp_obj_exception_add_traceback(exception, file, line, block) do { \
        if (MP_STATE_THREAD(current_code_state) != code_state) { \
            MP_STATE_THREAD(current_code_state) = code_state; \
            SLOTSCOPE_EXCEPT(code_state, MP_OBJ_TO_PTR(exception)); \
        } \
        (mp_obj_exception_add_traceback)(exception, file, line, block); \
} while (0)
#if SLOTSCOPE_DEBUG
#define SLOTSCOPE_EXCEPT(code_state, exception) if (slotscope_wants_exceptions) slotscope_except(code_state, exception)
#else
#define SLOTSCOPE_EXCEPT(code_state, exception)
#endif
#else
#define SLOTSCOPE_MEND_CHAIN()
#endif

// Saves a VM's registers, to leave it.
#define SLOTSCOPE_SAVE() \
    nlr_pop(); \
    code_state->ip = ip; \
    code_state->sp = sp; \
    code_state->exc_sp_idx = MP_CODE_STATE_EXC_SP_IDX_FROM_PTR(exc_stack, exc_sp)

#endif // SLOTSCOPE_H
