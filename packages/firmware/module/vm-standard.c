// The standard VM: py/vm.c once more, with nothing in it that traces.
//
// Layouts of structs must be those of a build with settrace, so that stays on. Instead it is made true at compile time
// that a trace function is running, upon which vm.c reports nothing; what remains of tracing is the chain of code
// states, which so is complete whichever VM runs a frame.
#include <stdio.h>
#include <string.h>
#include <assert.h>
#include "py/emitglue.h"
#include "py/objtype.h"
#include "py/objfun.h"
#include "py/bc0.h"
#include "slotscope.h"

#if SLOTSCOPE_DUAL_VM

#undef mp_prof_is_executing
#define mp_prof_is_executing (1)

// Each use of a hook counts, so that a py/vm.c which has lost one is noticed below.
#define SLOTSCOPE_COUNT() (void)__COUNTER__

#if MICROPY_STACKLESS
// Called by mp_execute_bytecode(), which chooses the VM.
#define mp_execute_bytecode slotscope_vm_standard
#else
// This is mp_execute_bytecode(). The first thing that it does with a frame, and does once, is to find its exception stack.
#undef MP_CODE_STATE_EXC_SP_IDX_TO_PTR
#define MP_CODE_STATE_EXC_SP_IDX_TO_PTR(exc_stack, exc_sp_idx) ({ \
        SLOTSCOPE_COUNT(); \
        if (MP_UNLIKELY(slotscope_is_used) && slotscope_takes(code_state)) { \
            return slotscope_move(code_state, inject_exc, true); \
        } \
        (exc_stack) + (exc_sp_idx) - 1; \
    })
#endif

#if SLOTSCOPE_LIVE_SWITCH

SLOTSCOPE_KEEP_PORT_HOOKS

// In this VM no frame but one that is to leave has a frame object.
#define SLOTSCOPE_MARKED() MP_UNLIKELY(code_state->frame != NULL)

// At a branch, and where the places below jump to: the frame moves if it is wanted in the other VM.
#undef MICROPY_VM_HOOK_LOOP
#define MICROPY_VM_HOOK_LOOP \
    SLOTSCOPE_COUNT(); \
    slotscope_port_hook_loop(); \
    if (SLOTSCOPE_MARKED()) { \
    slotscope_switch: \
        if (slotscope_leaves_standard(code_state)) { \
            SLOTSCOPE_MOVE(); \
        } \
    }

#if MICROPY_STACKLESS
// A frame can begin without a call of mp_execute_bytecode().
#define SLOTSCOPE_BEGINS() (slotscope_begins = code_state->ip == code_state->fun_bc->rc->prelude.opcodes \
        && slotscope_is_on() && slotscope_wants(code_state))
#define SLOTSCOPE_MOVE() do { \
        SLOTSCOPE_SAVE(); \
        slotscope_injected = inject_exc; \
        return SLOTSCOPE_VM_SWITCH; \
} while (0)
#else
#define SLOTSCOPE_MOVE() do { \
        SLOTSCOPE_SAVE(); \
        return slotscope_move(code_state, inject_exc, false); \
} while (0)
#endif

// Where a frame goes on after an exception.
#undef MICROPY_VM_HOOK_INIT
#if MICROPY_STACKLESS
#define MICROPY_VM_HOOK_INIT \
    SLOTSCOPE_COUNT(); \
    SLOTSCOPE_MEND_CHAIN(); \
    if (SLOTSCOPE_MARKED() ? slotscope_leaves_standard(code_state) : SLOTSCOPE_BEGINS()) { \
        SLOTSCOPE_MOVE(); \
    }
#define SLOTSCOPE_HOOKS_AFTER_EXCEPTION (1)
#else
// The hook would be passed by every call. So it is done where the stack's place is taken that a handler begins with, which
// a return on its way to a finally clause does too, but from another instruction; and where a StopIteration ends a loop.
#define MICROPY_VM_HOOK_INIT
#undef MP_TAGPTR_PTR
#define SLOTSCOPE_UNTAGGED(pointer) ((void *)((uintptr_t)(pointer) & ~((uintptr_t)3)))
#define MP_TAGPTR_PTR(val_sp) ({ \
        SLOTSCOPE_COUNT(); \
        if (SLOTSCOPE_MARKED() && code_state->ip == exc_sp->handler && slotscope_leaves_standard(code_state)) { \
            exc_sp->prev_exc = nlr.ret_val; \
            code_state->sp = (mp_obj_t *)SLOTSCOPE_UNTAGGED(val_sp) + 1; \
            *code_state->sp = MP_OBJ_FROM_PTR(nlr.ret_val); \
            code_state->exc_sp_idx = MP_CODE_STATE_EXC_SP_IDX_FROM_PTR(exc_stack, exc_sp); \
            return slotscope_move(code_state, MP_OBJ_NULL, false); \
        } \
        SLOTSCOPE_UNTAGGED(val_sp); \
    })
#ifdef NDEBUG
#define SLOTSCOPE_HOOKS_AFTER_EXCEPTION (2)
#else
// An assertion takes the place too.
#define SLOTSCOPE_HOOKS_AFTER_EXCEPTION (3)
#endif
#endif

// After a scheduled function, which may have asked for a pause. Not by a jump back to the question above: where functions
// schedule themselves again and again, no opcode would be executed any more.
#define mp_handle_pending(raise) do { \
        SLOTSCOPE_COUNT(); \
        (mp_handle_pending)(raise); \
        if (SLOTSCOPE_MARKED() && slotscope_leaves_standard(code_state)) { \
            SLOTSCOPE_MOVE(); \
        } \
} while (0)

// After code that may have run Python code which was stepped through: the opcode's result is put where the opcode puts
// it, on top of the stack, and the frame goes on behind it in the other VM.
#define SLOTSCOPE_TOP(call) ({ \
        SLOTSCOPE_COUNT(); \
        mp_obj_t result_ = (call); \
        if (SLOTSCOPE_MARKED()) { \
            *sp = result_; \
            goto slotscope_switch; \
        } \
        result_; \
    })
#define mp_call_function_n_kw(fun, n_args, n_kw, args) SLOTSCOPE_TOP((mp_call_function_n_kw)(fun, n_args, n_kw, args))
#define mp_call_method_n_kw_var(have_self, n_args_n_kw, args) SLOTSCOPE_TOP((mp_call_method_n_kw_var)(have_self, n_args_n_kw, args))
#define mp_binary_op(op, lhs, rhs) SLOTSCOPE_TOP((mp_binary_op)(op, lhs, rhs))
#define mp_unary_op(op, arg) SLOTSCOPE_TOP((mp_unary_op)(op, arg))
#define mp_load_attr(base, attr) SLOTSCOPE_TOP((mp_load_attr)(base, attr))
#define mp_import_name(name, fromlist, level) SLOTSCOPE_TOP((mp_import_name)(name, fromlist, level))

// Entering and leaving a with statement calls methods too, in the middle of an opcode.
#define mp_call_method_n_kw(n_args, n_kw, args) ({ \
        SLOTSCOPE_COUNT(); \
        mp_obj_t result_ = (mp_call_method_n_kw)(n_args, n_kw, args); \
        if (SLOTSCOPE_MARKED() && *code_state->ip == MP_BC_CALL_METHOD) { \
            *sp = result_; \
            goto slotscope_switch; \
        } \
        result_; \
    })

#define mp_store_attr(base, attr, value) do { \
        SLOTSCOPE_COUNT(); \
        (mp_store_attr)(base, attr, value); \
        if (SLOTSCOPE_MARKED()) { \
            sp -= 2; \
            goto slotscope_switch; \
        } \
} while (0)

// YIELD_FROM, where what it delegates to has returned.
#define mp_resume(self, send, throw, value) ({ \
        SLOTSCOPE_COUNT(); \
        mp_vm_return_kind_t kind_ = (mp_resume)(self, send, throw, value); \
        if (kind_ == MP_VM_RETURN_NORMAL && (throw) == MP_OBJ_NULL && SLOTSCOPE_MARKED()) { \
            *sp = *(value); \
            goto slotscope_switch; \
        } \
        kind_; \
    })

// FOR_ITER: as the opcode goes on, with the loop's next value or behind the loop.
#define mp_iternext_allow_raise(iterator) ({ \
        SLOTSCOPE_COUNT(); \
        mp_obj_t next_ = (mp_iternext_allow_raise)(iterator); \
        if (SLOTSCOPE_MARKED()) { \
            if (next_ == MP_OBJ_STOP_ITERATION) { \
                sp -= MP_OBJ_ITER_BUF_NSLOTS; \
                ip += ulab; \
            } else { \
                *++sp = next_; \
            } \
            goto slotscope_switch; \
        } \
        next_; \
    })

#endif // SLOTSCOPE_LIVE_SWITCH

// How often py/vm.c uses all of these together.
#if SLOTSCOPE_LIVE_SWITCH
#define SLOTSCOPE_HOOKS (!MICROPY_STACKLESS + SLOTSCOPE_HOOKS_AFTER_EXCEPTION + 18)
#else
#define SLOTSCOPE_HOOKS (!MICROPY_STACKLESS)
#endif

// In its handler of exceptions vm.c asks first whether the exception is a StopIteration, which may end an opcode, then
// whether it is one to trace.
#if SLOTSCOPE_LIVE_SWITCH && !MICROPY_STACKLESS
#define SLOTSCOPE_AT_STOP_ITERATION() do { \
        if (SLOTSCOPE_MARKED() && slotscope_leaves_standard(code_state) && slotscope_ends_opcode(code_state, nlr.ret_val)) { \
            code_state->exc_sp_idx = MP_CODE_STATE_EXC_SP_IDX_FROM_PTR(exc_stack, exc_sp); \
            return slotscope_move(code_state, MP_OBJ_NULL, false); \
        } \
} while (0)
#else
#define SLOTSCOPE_AT_STOP_ITERATION()
#endif
#if SLOTSCOPE_DEBUG
#define SLOTSCOPE_AT_EXCEPTION() do { \
        if (slotscope_wants_exceptions) { \
            slotscope_except(code_state, nlr.ret_val); \
        } \
} while (0)
#else
#define SLOTSCOPE_AT_EXCEPTION()
#endif
#define mp_obj_is_subclass_fast(object, classinfo) ({ \
        bool is_subclass_ = (mp_obj_is_subclass_fast)(object, classinfo); \
        if (is_subclass_) { \
            if ((classinfo) == MP_OBJ_FROM_PTR(&mp_type_StopIteration)) { \
                SLOTSCOPE_AT_STOP_ITERATION(); \
            } else { \
                SLOTSCOPE_AT_EXCEPTION(); \
            } \
        } \
        is_subclass_; \
    })

// A frame stays in its thread while it runs, and a thread keeps its state: it is asked for once.
#if MICROPY_PY_THREAD && defined(__unix__)
static inline mp_state_thread_t *thread_state(void) {
    static __thread mp_state_thread_t *state;
    if (MP_UNLIKELY(state == NULL)) {
        state = mp_thread_get_state();
    }
    return state;
}
#define mp_thread_get_state thread_state
#elif MICROPY_PY_THREAD
struct _mp_state_thread_t *mp_thread_get_state(void) __attribute__((const));
#endif

enum { hooks_before = __COUNTER__ };

#include "py/vm.c"

enum { hooks_after = __COUNTER__ };
_Static_assert(hooks_after - hooks_before - 1 == SLOTSCOPE_HOOKS,
    "slotscope: this MicroPython's py/vm.c calls other functions or hooks than that of 1.25 and 1.26, so frames could not be "
    "moved between the two VMs safely. Compare it with the macros of vm-standard.c, or build with SLOTSCOPE_LIVE_SWITCH=0.");

#endif // SLOTSCOPE_DUAL_VM
