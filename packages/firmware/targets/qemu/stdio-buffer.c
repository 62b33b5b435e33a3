// `sys.stdin.buffer` and `sys.stdout.buffer`, which boards have and the port switches off, in a way that can't be
// overridden from outside: the streams are compiled here, with the switch on.
#include "py/mpconfig.h"

#undef MICROPY_PY_SYS_STDIO_BUFFER
#define MICROPY_PY_SYS_STDIO_BUFFER (1)

#include "shared/runtime/sys_stdio_mphal.c"

// The port's own copy is where names are looked for, and doesn't have this one.
static const qstr names[] __attribute__((unused)) = { MP_QSTR_buffer };
