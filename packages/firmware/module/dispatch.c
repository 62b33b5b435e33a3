// mp_execute_bytecode(): chooses the VM for each frame that begins, and takes a frame from one to the other.
#include "py/mpthread.h"
#include "slotscope.h"

mp_obj_t slotscope_injected;
bool slotscope_is_moving;
bool slotscope_begins;

#if SLOTSCOPE_DUAL_VM

mp_vm_return_kind_t mp_execute_bytecode(mp_code_state_t *code_state, volatile mp_obj_t inject_exc) {
    bool is_traced = MP_UNLIKELY(slotscope_is_on()) && slotscope_wants(code_state);
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
        // In a stackless build it may be another frame than the one that was begun here; that one is among its callers.
        // Whichever VM goes on with it puts it back at the end of the chain.
        code_state = MP_STATE_THREAD(current_code_state);
        MP_STATE_THREAD(current_code_state) = code_state->prev_state;
        inject_exc = slotscope_injected;
        is_traced = !is_traced;
        slotscope_is_moving = is_traced && !slotscope_begins;
        slotscope_begins = false;
    }
}

#endif
