// The port collects garbage only when no Python code runs, since WebAssembly's locals can't be scanned. Here every
// pointer that is alive during a call is on the stack in memory, by binaryen's pass spill-pointers, so that garbage can
// be collected whenever memory is needed: the linker sends gc_collect() here (--wrap).
#include <emscripten.h>
#include "py/gc.h"

#if SLOTSCOPE_WASM_COLLECTS

static void scan(void *from, void *to) {
    gc_collect_root((void **)from, (void **)to - (void **)from + 1);
}

void __wrap_gc_collect(void);

void __wrap_gc_collect(void) {
    gc_collect_start();
    emscripten_scan_stack(scan);
    gc_collect_end();
}

#endif
