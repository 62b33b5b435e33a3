#include <stdint.h>

// Keeps interrupts out; returns what leave_critical takes, so that sections may nest.
static inline uint32_t enter_critical(void) {
    uint32_t state;
    __asm volatile ("mrs %0, primask\n cpsid i" : "=r" (state) : : "memory");
    return state;
}

static inline void leave_critical(uint32_t state) {
    __asm volatile ("msr primask, %0" : : "r" (state) : "memory");
}
