// Called at the end of mp_init() (../variant/mpconfigvariant.h).
#include <emscripten/stack.h>
#include "py/cstack.h"
#include "py/mpstate.h"

void slotscope_wasm_start(void);

void slotscope_wasm_start(void) {
    uintptr_t top = emscripten_stack_get_base();
    mp_cstack_init_with_top((void *)top, top - emscripten_stack_get_end());
    #if SLOTSCOPE_WASM_COLLECTS
    // The port asks for a collection after each 16 kB, to be made when Python code has ended. Made at once, it's time
    // for one when the heap is full.
    MP_STATE_MEM(gc_alloc_threshold) = (size_t)-1;
    #endif
}
