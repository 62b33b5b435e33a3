# What MicroPython's QEMU port lacks beside a real board, for the board MPS2_AN385 alone: input that arrives by
# interrupt, a clock with `time`, `select` and asyncio, byte streams of input and output, and a file system.
QEMU_BOARD_DIR := $(USERMOD_DIR)

SRC_USERMOD_C += $(addprefix $(QEMU_BOARD_DIR)/,ram-disk.c stdio-buffer.c stock-modules.c)
SRC_USERMOD_LIB_C += $(addprefix $(QEMU_BOARD_DIR)/,clock.c receive-interrupt.c)
SRC_C += shared/timeutils/timeutils.c
LDFLAGS_USERMOD += -Wl,-T,$(QEMU_BOARD_DIR)/unwind-tables.ld

# The port reads its UART through our ring of received bytes, and tells whether there are any.
$(BUILD)/mphalport.o: CFLAGS += -Duart_rx_chr=receive_byte -Dmp_hal_stdio_poll=unused_stdio_poll

# The port's own streams, without those of bytes, make way for ours.
$(BUILD)/shared/runtime/sys_stdio_mphal.o: CFLAGS += -Dmp_sys_stdin_obj=unused_stdin_obj \
    -Dmp_sys_stdout_obj=unused_stdout_obj -Dmp_sys_stderr_obj=unused_stderr_obj -Dstdio_obj_type=unused_stdio_obj_type

# The last thing that mp_init does is to mount the file system.
$(BUILD)/py/runtime.o: CFLAGS += -include $(QEMU_BOARD_DIR)/ram-disk.h -DMICROPY_PORT_INIT_FUNC='mount_ram_disk()'
