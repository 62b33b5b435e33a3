// What the tracing VM reports goes to the C debugger, or as events to a Python trace function, as in py/profile.c but
// for two flaws: an exception out of a trace function neither ends all tracing, nor, out of a 'call' event, leaves the
// caller with the callee's globals.
#include "py/runtime.h"
#include "slotscope.h"
#if SLOTSCOPE_DEBUG
#include "debugger.h"
#endif

// Raised by a 'call' event, to be raised again inside the frame that was called.
static mp_obj_t raised_by_call;

#if !SLOTSCOPE_DEBUG
mp_obj_frame_t slotscope_frame;

bool slotscope_wants(mp_code_state_t *code_state) {
    (void)code_state;
    return true;
}
#endif

// A marked frame of a Python trace function: one that is called back at each line.
static bool has_callback(const mp_code_state_t *code_state) {
    return code_state->frame != NULL && code_state->frame != &slotscope_frame && code_state->frame->callback != MP_OBJ_NULL;
}

bool slotscope_leaves_standard(mp_code_state_t *code_state) {
    #if SLOTSCOPE_DEBUG
    if (slotscope_is_native()) {
        if (!slotscope_is_on()) {
            return false;
        }
        if (slotscope_wants(code_state)) {
            return true;
        }
        code_state->frame = NULL;
        return false;
    }
    #endif
    return slotscope_is_on() && has_callback(code_state);
}

bool slotscope_leaves_tracing(mp_code_state_t *code_state) {
    if (MP_STATE_THREAD(prof_callback_is_executing)) {
        return false;
    }
    #if SLOTSCOPE_DEBUG
    if (slotscope_is_native()) {
        if (slotscope_wants(code_state)) {
            code_state->frame = &slotscope_frame;
            return false;
        }
        code_state->frame = NULL;
        return true;
    }
    #endif
    // It is back in the standard VM that frames without a callback run fast.
    return !has_callback(code_state);
}

void slotscope_enter(mp_code_state_t *code_state) {
    bool is_moving = slotscope_is_moving;
    slotscope_is_moving = false;
    #if SLOTSCOPE_DEBUG
    if (slotscope_is_native()) {
        slotscope_begin_frame(code_state, is_moving);
        return;
    }
    #endif
    if (is_moving || MP_STATE_THREAD(prof_trace_callback) == MP_OBJ_NULL) {
        return;
    }
    // Callers that ran in the standard VM get a frame object now, for f_back, and a line that is up to date.
    for (mp_code_state_t *caller = code_state->prev_state; caller != NULL; caller = caller->prev_state) {
        if (caller->frame == &slotscope_frame) {
            caller->frame = NULL;
        }
        if (caller->frame != NULL) {
            mp_prof_frame_update(caller);
            break;
        }
        caller->frame = MP_OBJ_TO_PTR(mp_obj_new_frame(caller));
        if (caller->frame == NULL) {
            break;
        }
    }
    if (code_state->frame == &slotscope_frame) {
        code_state->frame = NULL;
    }
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        mp_prof_frame_enter(code_state);
        nlr_pop();
    } else {
        MP_STATE_THREAD(prof_callback_is_executing) = false;
        raised_by_call = MP_OBJ_FROM_PTR(nlr.ret_val);
    }
}

void slotscope_raise_from_call(void) {
    mp_obj_t exception = raised_by_call;
    if (MP_UNLIKELY(exception != MP_OBJ_NULL)) {
        raised_by_call = MP_OBJ_NULL;
        nlr_raise(exception);
    }
}

mp_obj_t slotscope_update(mp_code_state_t *code_state) {
    mp_obj_frame_t *frame = code_state->frame;
    if (frame == NULL || frame == &slotscope_frame) {
        return MP_OBJ_FROM_PTR(frame);
    }
    return mp_prof_frame_update(code_state);
}

void slotscope_tick(mp_code_state_t *code_state, void *exception) {
    #if SLOTSCOPE_DEBUG
    if (code_state->frame == &slotscope_frame) {
        if (!slotscope_is_native()) {
            code_state->frame = NULL;
        } else if (exception != NULL) {
            slotscope_except(code_state, exception);
        } else {
            slotscope_step_instruction(code_state);
        }
        return;
    }
    #endif
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        mp_prof_instr_tick(code_state, exception != NULL);
        nlr_pop();
        return;
    }
    MP_STATE_THREAD(prof_callback_is_executing) = false;
    nlr_jump(nlr.ret_val);
}
