// The port's configuration, but for two things that a variant can't set.
#include "mpconfigport.h"

// Endless recursion raises RuntimeError. Without the check it ends the VM.
#undef MICROPY_STACK_CHECK
#define MICROPY_STACK_CHECK (1)

// What C code does between two looks, where it waits as select.poll does: the port looks again at once.
void slotscope_wasm_pause(void);
#undef MICROPY_EVENT_POLL_HOOK
#define MICROPY_EVENT_POLL_HOOK \
    do { \
        extern void mp_handle_pending(bool); \
        mp_handle_pending(true); \
        slotscope_wasm_pause(); \
    } while (0);
