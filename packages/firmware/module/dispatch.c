// Which VM runs a frame, and how one hands a frame to the other.
#include "py/bc0.h"
#include "py/mpthread.h"
#include "py/obj.h"
#include "py/runtime.h"
#include "slotscope.h"

mp_obj_t slotscope_injected;
bool slotscope_is_moving;

#if SLOTSCOPE_DUAL_VM && MICROPY_STACKLESS

bool slotscope_begins;

// A run of a VM goes from frame to frame, so it is left each time that a frame moves.
mp_vm_return_kind_t mp_execute_bytecode(mp_code_state_t *code_state, volatile mp_obj_t inject_exc) {
    bool is_traced = MP_UNLIKELY(slotscope_is_used) && slotscope_is_on() && slotscope_wants(code_state);
    for (;;) {
        mp_vm_return_kind_t kind;
        if (MP_UNLIKELY(is_traced)) {
            kind = slotscope_vm_tracing(code_state, inject_exc);
        } else {
            kind = slotscope_vm_standard(code_state, inject_exc);
        }
        if (MP_LIKELY(kind != SLOTSCOPE_VM_SWITCH)) {
            return kind;
        }
        // It may be another frame than the one that was begun here; that one is among its callers. Whichever VM goes on
        // with it puts it back at the end of the chain.
        code_state = MP_STATE_THREAD(current_code_state);
        MP_STATE_THREAD(current_code_state) = code_state->prev_state;
        inject_exc = slotscope_injected;
        is_traced = !is_traced;
        slotscope_is_moving = is_traced && !slotscope_begins;
        slotscope_begins = false;
    }
}

#elif SLOTSCOPE_DUAL_VM

// The frame that the standard VM runs at present on behalf of slotscope_move(), to which it gives it back. It belongs to
// one thread. If a second one has a trace function at the same time, its frames that move are not given back but go on
// one call deeper in the C stack each time.
static mp_code_state_t *returned;
#if MICROPY_PY_THREAD
static mp_state_thread_t *owner;
#define IS_OWNER() (owner == mp_thread_get_state())
#else
#define IS_OWNER() (true)
#endif

bool slotscope_takes(mp_code_state_t *code_state) {
    return !(code_state == returned && IS_OWNER()) && slotscope_is_on() && slotscope_wants(code_state);
}

bool slotscope_ends_opcode(mp_code_state_t *code_state, void *stop_iteration) {
    const byte *ip = code_state->ip;
    if (*ip == MP_BC_YIELD_FROM) {
        *code_state->sp = mp_obj_exception_get_value(MP_OBJ_FROM_PTR(stop_iteration));
        code_state->ip = ip + 1;
        return true;
    }
    if (*ip == MP_BC_FOR_ITER) {
        size_t offset = ip[1] & 0x7f;
        ip += 2;
        if (ip[-1] & 0x80) {
            offset |= *ip++ << 7;
        }
        code_state->ip = ip + offset;
        code_state->sp -= MP_OBJ_ITER_BUF_NSLOTS;
        return true;
    }
    return false;
}

mp_vm_return_kind_t slotscope_move(mp_code_state_t *code_state, mp_obj_t inject_exc, bool begins) {
    if (code_state == returned && IS_OWNER()) {
        slotscope_injected = inject_exc;
        return SLOTSCOPE_VM_SWITCH;
    }
    mp_vm_return_kind_t kind;
    for (;;) {
        // A VM puts the frame that it takes up at the end of the chain.
        MP_STATE_THREAD(current_code_state) = code_state->prev_state;
        slotscope_is_moving = !begins;
        begins = false;
        kind = slotscope_vm_tracing(code_state, inject_exc);
        if (kind != SLOTSCOPE_VM_SWITCH) {
            return kind;
        }
        MP_STATE_THREAD(current_code_state) = code_state->prev_state;
        inject_exc = slotscope_injected;
        #if MICROPY_PY_THREAD
        if (returned != NULL && !IS_OWNER()) {
            return mp_execute_bytecode(code_state, inject_exc);
        }
        owner = mp_thread_get_state();
        #endif
        mp_code_state_t *before = returned;
        returned = code_state;
        kind = mp_execute_bytecode(code_state, inject_exc);
        returned = before;
        if (kind != SLOTSCOPE_VM_SWITCH) {
            return kind;
        }
        inject_exc = slotscope_injected;
    }
}

#endif

#if MICROPY_PY_THREAD
bool slotscope_is_used;

// What py/modsys.c calls for sys.settrace().
mp_obj_t slotscope_settrace(mp_obj_t callback) {
    mp_prof_settrace(callback);
    // Another thread may have a callback of its own, so this is for good.
    slotscope_is_used |= slotscope_has_callback();
    return mp_const_none;
}
#endif
