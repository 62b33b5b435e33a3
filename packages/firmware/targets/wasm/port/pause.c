// Waiting in C code (../variant/mpconfigport-own.h).
#include <poll.h>
#include <stddef.h>

void slotscope_wasm_pause(void);

// A poll of nothing is a wait: packages/wasm-runtime sleeps until it's over or input has come.
void slotscope_wasm_pause(void) {
    poll(NULL, 0, 1);
}
