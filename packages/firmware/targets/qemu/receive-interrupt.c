// UART 0 of the board MPS2 AN385, received by interrupt: MicroPython's QEMU port only polls it, so that ctrl-C would
// not reach a running program. Registers: Arm's application note AN385, and its CMSDK technical reference.
#include "py/mphal.h"
#include "py/runtime.h"
#include "py/stream.h"
#include "shared/runtime/interrupt_char.h"
#include "critical-section.h"

#define UART_DATA (*(volatile uint32_t *)0x40004000)
#define UART_STATE (*(volatile uint32_t *)0x40004004)
#define UART_CTRL (*(volatile uint32_t *)0x40004008)
#define UART_INTSTATUS (*(volatile uint32_t *)0x4000400c)
#define NVIC_ISER0 (*(volatile uint32_t *)0xe000e100)
#define SCB_VTOR (*(volatile uint32_t *)0xe000ed08)

#define STATE_RECEIVED (1 << 1)
#define CTRL_RECEIVE_INTERRUPT (1 << 3)
#define INTSTATUS_RECEIVE (1 << 1)

#define UART_RECEIVE_IRQ (0)
#define SYSTEM_VECTORS (16)
#define BOARD_VECTORS (32)

// The port's own table ends with the system's vectors. The hardware wants it aligned to its size, rounded up to a
// power of two.
static uint32_t vectors[SYSTEM_VECTORS + BOARD_VECTORS] __attribute__((aligned(256)));

static volatile uint8_t ring[1024];
static volatile uint32_t ring_in, ring_out;

// In the Slotscope module: lets the debugger's agent look at its input while the program runs.
__attribute__((weak)) void slotscope_attend(void);

// Moves what the UART holds into the ring. While the ring is full the UART keeps its byte, and QEMU the rest.
static void take_received(void) {
    UART_INTSTATUS = INTSTATUS_RECEIVE;
    while ((UART_STATE & STATE_RECEIVED) && ring_in - ring_out < sizeof(ring)) {
        uint8_t byte = UART_DATA;
        if (byte == mp_interrupt_char) {
            mp_sched_keyboard_interrupt();
        } else {
            ring[ring_in % sizeof(ring)] = byte;
            ring_in += 1;
        }
    }
    if (ring_in != ring_out && slotscope_attend != NULL) {
        slotscope_attend();
    }
}

static void start_receiving(void) {
    const uint32_t *system = (const uint32_t *)SCB_VTOR;
    for (size_t i = 0; i < SYSTEM_VECTORS; ++i) {
        vectors[i] = system[i];
    }
    vectors[SYSTEM_VECTORS + UART_RECEIVE_IRQ] = (uint32_t)&take_received;
    SCB_VTOR = (uint32_t)vectors;
    UART_CTRL |= CTRL_RECEIVE_INTERRUPT;
    NVIC_ISER0 = 1 << UART_RECEIVE_IRQ;
}

// Stands for the port's uart_rx_chr, which mp_hal_stdin_rx_chr calls until it gives a byte: the next one, or -1 after
// a wait for an interrupt.
int receive_byte(void) {
    static bool started;
    if (!started) {
        started = true;
        start_receiving();
    }
    uint32_t state = enter_critical();
    take_received();
    int byte = -1;
    if (ring_in != ring_out) {
        byte = ring[ring_out % sizeof(ring)];
        ring_out += 1;
    } else {
        // A byte that arrives now wakes the processor, though it is not handled before the critical section ends.
        __asm volatile ("wfi");
    }
    leave_critical(state);
    if (byte < 0) {
        // As on boards, ctrl-C ends a wait for input.
        mp_event_handle_nowait();
    }
    return byte;
}

uintptr_t mp_hal_stdio_poll(uintptr_t poll_flags) {
    uintptr_t ready = poll_flags & MP_STREAM_POLL_WR;
    if (ring_in != ring_out) {
        ready |= poll_flags & MP_STREAM_POLL_RD;
    }
    return ready;
}
