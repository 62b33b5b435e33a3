# What is frozen into our builds: asyncio alone. Debian's source has no lib/micropython-lib.
include("$(MPY_DIR)/extmod/asyncio")
