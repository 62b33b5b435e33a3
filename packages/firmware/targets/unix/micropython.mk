# What MicroPython's unix port lacks beside a board: input that interrupts what runs. Only with the debugger's module.
UNIX_INPUT_DIR := $(USERMOD_DIR)
SRC_USERMOD_LIB_C += $(UNIX_INPUT_DIR)/input-interrupt.c
