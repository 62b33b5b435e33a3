# What ../variant adds to the port.
SRC_USERMOD_C += $(addprefix $(USERMOD_DIR)/,collect.c js-references.c pause.c stack.c)
