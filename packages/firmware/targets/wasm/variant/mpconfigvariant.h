// As the port's variant "pyscript".
#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_FULL_FEATURES)
#define MICROPY_GC_SPLIT_HEAP (1)
#define MICROPY_GC_SPLIT_HEAP_AUTO (1)

// Called at the end of mp_init().
void slotscope_wasm_start(void);
#define MICROPY_PORT_INIT_FUNC slotscope_wasm_start()

// What functions that don't ask for the stack's end may take of it, such as the compiler's.
#define MICROPY_STACK_CHECK_MARGIN (128 * 1024)
