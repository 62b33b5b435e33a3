// Forced into the compilation of py/modsys.c (-include): sys.settrace() is told to us.
#ifndef NO_QSTR
#include "slotscope.h"

#if MICROPY_PY_THREAD
#define mp_prof_settrace slotscope_settrace
#endif
#endif // NO_QSTR
