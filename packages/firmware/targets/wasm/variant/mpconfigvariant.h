// As the port's variant "pyscript" but for the heap: there it is one that grows by parts, for which the port collects
// garbage only when no Python code runs. With a heap of one part it collects whenever memory is needed.
#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_FULL_FEATURES)
#define MICROPY_GC_SPLIT_HEAP (!SLOTSCOPE_WASM_COLLECTS)
#define MICROPY_GC_SPLIT_HEAP_AUTO (!SLOTSCOPE_WASM_COLLECTS)
