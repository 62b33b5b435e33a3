// Time since the start, from the 25 MHz counter of the board's FPGA, divided to 1 MHz. Registers: Arm's application
// note AN385.
#include "py/mphal.h"
#include "py/runtime.h"
#include "critical-section.h"

#define FPGA_COUNTER (*(volatile uint32_t *)0x40028018)
#define FPGA_PRESCALE (*(volatile uint32_t *)0x4002801c)
#define TICKS_PER_MICROSECOND (25)

// Right as long as it is asked at least once in 71 minutes, when the counter has gone round.
static uint64_t microseconds(void) {
    static uint32_t last, rounds;
    uint32_t state = enter_critical();
    if (FPGA_PRESCALE != TICKS_PER_MICROSECOND - 1) {
        FPGA_PRESCALE = TICKS_PER_MICROSECOND - 1;
    }
    uint32_t now = FPGA_COUNTER;
    rounds += now < last;
    last = now;
    uint64_t result = (uint64_t)rounds << 32 | now;
    leave_critical(state);
    return result;
}

mp_uint_t mp_hal_ticks_us(void) {
    return microseconds();
}

mp_uint_t mp_hal_ticks_cpu(void) {
    return microseconds();
}

mp_uint_t mp_hal_ticks_ms(void) {
    return microseconds() / 1000;
}

// There is no calendar: the Epoch is the start.
uint64_t mp_hal_time_ns(void) {
    return microseconds() * 1000;
}

void mp_hal_delay_us(mp_uint_t us) {
    uint64_t end = microseconds() + us;
    while (microseconds() < end) {
        mp_event_handle_nowait();
    }
}

void mp_hal_delay_ms(mp_uint_t ms) {
    uint64_t end = microseconds() + (uint64_t)ms * 1000;
    while (microseconds() < end) {
        mp_event_handle_nowait();
    }
}
