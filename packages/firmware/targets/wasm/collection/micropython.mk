# For a build that collects garbage while Python code runs (../variant/mpconfigvariant.mk).
SRC_USERMOD_C += $(USERMOD_DIR)/registers.c $(USERMOD_DIR)/js-references.c
