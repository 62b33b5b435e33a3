# Slotscope's user C module, for ports that are built by make. What can be set: README.md.
SLOTSCOPE_FOLDER := $(USERMOD_DIR)
SLOTSCOPE_DUAL_VM ?= 1
SLOTSCOPE_LIVE_SWITCH ?= $(SLOTSCOPE_DUAL_VM)
SLOTSCOPE_DEBUG ?= 1

CFLAGS_USERMOD += -I$(SLOTSCOPE_FOLDER) -DMICROPY_PY_SYS_SETTRACE=1
CFLAGS_USERMOD += -DSLOTSCOPE_DUAL_VM=$(SLOTSCOPE_DUAL_VM)
CFLAGS_USERMOD += -DSLOTSCOPE_LIVE_SWITCH=$(SLOTSCOPE_LIVE_SWITCH)
CFLAGS_USERMOD += -DSLOTSCOPE_DEBUG=$(SLOTSCOPE_DEBUG)

SRC_USERMOD_C += $(SLOTSCOPE_FOLDER)/module.c $(SLOTSCOPE_FOLDER)/debugger.c
# These hold no names of Python's but py/vm.c's own.
SRC_USERMOD_LIB_C += $(addprefix $(SLOTSCOPE_FOLDER)/,bytecode.c tracing.c dispatch.c vm-standard.c)

# py/vm.c becomes the tracing VM by what is included before it; no file of MicroPython's is touched.
$(BUILD)/py/vm.o: CFLAGS += -include $(SLOTSCOPE_FOLDER)/vm-tracing.h
# sys.settrace() tells us whether anything is traced at all.
$(BUILD)/py/modsys.o: CFLAGS += -include $(SLOTSCOPE_FOLDER)/settrace.h
# The standard VM is as worthy of speed as the port's own.
$(BUILD)/$(notdir $(SLOTSCOPE_FOLDER))/vm-standard.o: CFLAGS += $(CSUPEROPT)
