# Whether garbage is collected while Python code runs: 1, memory stays bounded; 0, programs are faster and grow.
SLOTSCOPE_WASM_COLLECTS ?= 1

CFLAGS += -DSLOTSCOPE_WASM_COLLECTS=$(SLOTSCOPE_WASM_COLLECTS) -sSUPPORT_LONGJMP=wasm $(SLOTSCOPE_VARIANT_FLAGS)
CFLAGS += -DMP_CONFIGFILE='<mpconfigport-own.h>'
LDFLAGS += -O2
JSFLAGS += -sALLOW_MEMORY_GROWTH -sSTACK_SIZE=1MB

ifeq ($(SLOTSCOPE_WASM_COLLECTS),1)
# Stores every live pointer on the stack in memory before a call, where the collector looks. First all expressions are
# taken apart, since what is under way on WebAssembly's own stack isn't stored.
JSFLAGS += -sBINARYEN_EXTRA_PASSES=flatten,simplify-locals-nonesting,dce,vacuum,coalesce-locals,reorder-locals,spill-pointers,-O2
JSFLAGS += -Wl,--wrap=gc_collect,--wrap=mp_obj_new_jsproxy,--wrap=proxy_js_free_obj
endif

# Behind what the port's Makefile says, which asks for the slower exceptions by JavaScript.
$(BUILD)/micropython.mjs: JSFLAGS += -sSUPPORT_LONGJMP=wasm

# What packages/wasm-runtime reads of a build before it runs.
all: $(BUILD)/build.json
$(BUILD)/build.json:
	$(Q)$(MKDIR) -p $(dir $@)
	$(Q)printf '{ "micropython": "%s", "collects": %s }\n' $(MICROPY_GIT_TAG:v%=%) $(if $(filter 1,$(SLOTSCOPE_WASM_COLLECTS)),true,false) > $@
