// Forced into the compilation of py/vm.c (-include): makes it the tracing VM.
#ifndef NO_QSTR
#include <stdio.h>
#include <string.h>
#include <assert.h>
#include "py/emitglue.h"
#include "py/objtype.h"
#include "py/objfun.h"
#include "py/bc0.h"
#include "slotscope.h"

#if SLOTSCOPE_DUAL_VM
#define mp_execute_bytecode slotscope_vm_tracing
// It need be neither large for speed nor stand in fast memory: what it reports takes longer than an opcode.
#if !defined(__clang__)
#pragma GCC optimize ("Os")
#endif
#undef MICROPY_WRAP_MP_EXECUTE_BYTECODE
#define MICROPY_WRAP_MP_EXECUTE_BYTECODE(f) f
#endif

#define mp_prof_frame_enter(code_state) slotscope_enter(code_state)
#define mp_prof_frame_update(code_state) slotscope_update((mp_code_state_t *)(code_state))
// Where this is expanded for an exception, nlr holds it.
#define mp_prof_instr_tick(code_state, is_exception) slotscope_tick(code_state, (is_exception) ? nlr.ret_val : NULL)

SLOTSCOPE_KEEP_PORT_HOOKS

#define SLOTSCOPE_RETURN() do { \
        SLOTSCOPE_SAVE(); \
        slotscope_injected = inject_exc; \
        return SLOTSCOPE_VM_SWITCH; \
} while (0)

#define SLOTSCOPE_UNWATCHED() (code_state->frame == NULL || code_state->frame->callback == MP_OBJ_NULL)

#undef MICROPY_VM_HOOK_LOOP
#if SLOTSCOPE_LIVE_SWITCH
#define MICROPY_VM_HOOK_LOOP \
    slotscope_port_hook_loop(); \
    if (slotscope_leaves_tracing(code_state)) { \
        SLOTSCOPE_RETURN(); \
    }
#else
#define MICROPY_VM_HOOK_LOOP slotscope_port_hook_loop();
#endif

#undef MICROPY_VM_HOOK_INIT
#if SLOTSCOPE_LIVE_SWITCH
// A frame that the 'call' event has left unwatched need not stay. In a stackless build one for whose object there was no
// memory must, or it would be taken for one that begins, over and over.
#define MICROPY_VM_HOOK_INIT \
    SLOTSCOPE_MEND_CHAIN(); \
    slotscope_raise_from_call(); \
    if (SLOTSCOPE_UNWATCHED() && !(MICROPY_STACKLESS && code_state->frame == NULL) \
        && slotscope_leaves_tracing(code_state)) { \
        SLOTSCOPE_RETURN(); \
    }
#else
#define MICROPY_VM_HOOK_INIT SLOTSCOPE_MEND_CHAIN(); slotscope_raise_from_call();
#endif

#if SLOTSCOPE_DEBUG
#undef MICROPY_VM_HOOK_RETURN
#define MICROPY_VM_HOOK_RETURN \
    slotscope_port_hook_return(); \
    if (code_state->frame == &slotscope_frame) { \
        slotscope_leave(code_state); \
    }
#endif
#endif // NO_QSTR
