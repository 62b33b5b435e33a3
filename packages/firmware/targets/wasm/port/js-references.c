// proxy_js.js gives one reference to each JavaScript object, but every time that object comes to Python a new JsProxy
// is made with it, and the first one that is finalised would free it for all. Where finalisers run while Python code
// does, the JsProxies of a reference have to be counted: the linker sends both functions through here (--wrap).
#include <stdlib.h>
#include "py/runtime.h"

#if SLOTSCOPE_WASM_COLLECTS

mp_obj_t __real_mp_obj_new_jsproxy(int reference);
void __real_proxy_js_free_obj(int reference);
mp_obj_t __wrap_mp_obj_new_jsproxy(int reference);
void __wrap_proxy_js_free_obj(int reference);

// How many JsProxies there are of each reference.
static uint32_t *counts;
static int n_counts;

static void make_room(int reference) {
    if (reference < n_counts) {
        return;
    }
    int n = reference + 64;
    uint32_t *larger = realloc(counts, n * sizeof(*counts));
    if (larger == NULL) {
        m_malloc_fail(n * sizeof(*counts));
    }
    for (int i = n_counts; i < n; ++i) {
        larger[i] = 0;
    }
    counts = larger;
    n_counts = n;
}

mp_obj_t __wrap_mp_obj_new_jsproxy(int reference) {
    make_room(reference);
    // Counted first: making the new one may collect, and so finalise the last of the others.
    counts[reference] += 1;
    return __real_mp_obj_new_jsproxy(reference);
}

void __wrap_proxy_js_free_obj(int reference) {
    if (reference < n_counts && counts[reference] > 1) {
        counts[reference] -= 1;
        return;
    }
    if (reference < n_counts) {
        counts[reference] = 0;
    }
    __real_proxy_js_free_obj(reference);
}

#endif
