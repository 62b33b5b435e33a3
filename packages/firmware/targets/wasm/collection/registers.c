// The port's gc_collect() scans the stack and then the registers. Emscripten knows registers only in builds with
// Asyncify; here every pointer that is alive during a call is on the stack, by binaryen's pass spill-pointers.
#include <emscripten.h>
#include "py/mpconfig.h"

#if SLOTSCOPE_WASM_COLLECTS
void emscripten_scan_registers(em_scan_func scan) {
    (void)scan;
}
#endif
