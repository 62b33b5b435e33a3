// The Python module _slotscope: see README.md for what each function takes, returns and raises.
#include "py/objgenerator.h"
#include "py/objlist.h"
#include "py/objtuple.h"
#include "py/runtime.h"
#include "slotscope.h"

#if SLOTSCOPE_DEBUG
#include "debugger.h"

// What slotscope_look() tells.
enum { LOOK_CALLER, LOOK_SIZE, LOOK_PARAMETERS, LOOK_LINE, LOOK_FUNCTION, LOOK_CODE, LOOK_GLOBALS, LOOK_RUNNING };

// The code state of a live frame, given by number, 0 for the running one, or of a suspended generator or coroutine.
static mp_code_state_t *get_state(mp_obj_t arg) {
    if (mp_obj_is_small_int(arg)) {
        mp_code_state_t *code_state = MP_STATE_THREAD(current_code_state);
        if (arg == MP_OBJ_NEW_SMALL_INT(0)) {
            return code_state;
        }
        while (code_state != NULL) {
            if (slotscope_from_state(code_state) == arg) {
                return code_state;
            }
            code_state = code_state->prev_state;
        }
    } else if (mp_obj_is_type(arg, &mp_type_gen_instance)) {
        mp_code_state_t *code_state = &((slotscope_generator_t *)MP_OBJ_TO_PTR(arg))->code_state;
        // Native code has another layout.
        if (code_state->ip != NULL && code_state->exc_sp_idx != MP_CODE_STATE_EXC_SP_IDX_SENTINEL) {
            return code_state;
        }
    }
    mp_raise_ValueError(MP_ERROR_TEXT("no such frame"));
}

static mp_obj_t *get_slot(mp_obj_t state, mp_obj_t slot) {
    mp_code_state_t *code_state = get_state(state);
    mp_int_t n = mp_obj_get_int(slot);
    if (n < 0 || n >= code_state->n_state) {
        mp_raise_msg(&mp_type_IndexError, MP_ERROR_TEXT("no such slot"));
    }
    return &code_state->state[code_state->n_state - 1 - n];
}

static bool is_cell(mp_obj_t word) {
    // The type of cells is private to py/objcell.c.
    static const mp_obj_type_t *cell_type;
    if (cell_type == NULL) {
        cell_type = ((mp_obj_base_t *)MP_OBJ_TO_PTR(mp_obj_new_cell(mp_const_none)))->type;
    }
    return mp_obj_is_obj(word) && ((mp_obj_base_t *)MP_OBJ_TO_PTR(word))->type == cell_type;
}

static mp_obj_t slotscope_get(mp_obj_t state, mp_obj_t slot) {
    mp_obj_t value = *get_slot(state, slot);
    mp_obj_t items[2] = { mp_const_false, value };
    if (value != MP_OBJ_NULL && is_cell(value)) {
        items[0] = mp_const_true;
        items[1] = mp_obj_cell_get(value);
    }
    return mp_obj_new_tuple(items[1] == MP_OBJ_NULL ? 1 : 2, items);
}
static MP_DEFINE_CONST_FUN_OBJ_2(slotscope_get_obj, slotscope_get);

static mp_obj_t slotscope_put(mp_obj_t state, mp_obj_t slot, mp_obj_t value) {
    mp_obj_t *place = get_slot(state, slot);
    if (*place != MP_OBJ_NULL && is_cell(*place)) {
        mp_obj_cell_set(*place, value);
    } else {
        *place = value;
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_3(slotscope_put_obj, slotscope_put);

static mp_obj_t slotscope_look(mp_obj_t state, mp_obj_t what_in) {
    mp_int_t what = mp_obj_get_int(what_in);
    if (what == LOOK_RUNNING && mp_obj_is_type(state, &mp_type_gen_instance)) {
        const slotscope_generator_t *self = MP_OBJ_TO_PTR(state);
        return self->code_state.ip == NULL ? mp_const_none : mp_obj_new_bool(self->pend_exc == MP_OBJ_NULL);
    }
    mp_code_state_t *code_state = get_state(state);
    const mp_obj_fun_bc_t *fun = code_state->fun_bc;
    const mp_bytecode_prelude_t *prelude = &fun->rc->prelude;
    mp_int_t number;
    switch (what) {
        case LOOK_CALLER:
            return slotscope_from_state(slotscope_outer(code_state));
        case LOOK_SIZE:
            number = code_state->n_state;
            break;
        case LOOK_PARAMETERS:
            number = prelude->n_pos_args + prelude->n_kwonly_args
                + ((prelude->scope_flags & MP_SCOPE_FLAG_VARARGS) != 0) + ((prelude->scope_flags & MP_SCOPE_FLAG_VARKEYWORDS) != 0);
            break;
        case LOOK_LINE:
            number = slotscope_line_of(code_state);
            break;
        case LOOK_FUNCTION:
            number = (uintptr_t)fun->rc >> 2;
            break;
        case LOOK_CODE:
            return mp_obj_new_code(fun->context, fun->rc, true);
        case LOOK_GLOBALS:
            return MP_OBJ_FROM_PTR(fun->context->module.globals);
        default:
            mp_raise_ValueError(NULL);
    }
    return MP_OBJ_NEW_SMALL_INT(number);
}
static MP_DEFINE_CONST_FUN_OBJ_2(slotscope_look_obj, slotscope_look);

static mp_obj_t slotscope_start(mp_obj_t function, mp_obj_t root) {
    is_cell(mp_const_none);
    slotscope_begin(get_state(root));
    MP_STATE_VM(slotscope_function) = function;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(slotscope_start_obj, slotscope_start);

static mp_obj_t slotscope_finish(void) {
    slotscope_end();
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_0(slotscope_finish_obj, slotscope_finish);

static mp_obj_t slotscope_points(mp_obj_t name_in, mp_obj_t items_in) {
    qstr name = mp_obj_str_get_qstr(name_in);
    size_t n;
    mp_obj_t *items;
    mp_obj_get_array(items_in, &n, &items);
    slotscope_file_t *file = m_new_obj_var(slotscope_file_t, points, slotscope_point_t, n);
    file->file = name;
    file->n_points = n;
    for (size_t i = 0; i < n; ++i) {
        mp_obj_t *fields;
        mp_obj_get_array_fixed_n(items[i], 5, &fields);
        slotscope_point_t *point = &file->points[i];
        point->line = mp_obj_get_int(fields[0]);
        point->id = fields[1];
        point->rule = mp_obj_get_int(fields[2]);
        point->limit = mp_obj_get_int(fields[3]);
        point->count = mp_obj_get_int(fields[4]);
    }
    slotscope_file_t **link = &MP_STATE_VM(slotscope_files);
    slotscope_file_t *old = slotscope_find_file(name);
    while (*link != old) {
        link = &(*link)->next;
    }
    mp_obj_t counts = mp_obj_new_list(0, NULL);
    if (old != NULL) {
        for (size_t i = 0; i < old->n_points; ++i) {
            mp_obj_t pair[2] = { old->points[i].id, mp_obj_new_int_from_uint(old->points[i].count) };
            mp_obj_list_append(counts, mp_obj_new_tuple(2, pair));
        }
    }
    file->next = old != NULL ? old->next : NULL;
    *link = file;
    slotscope_forget_functions();
    slotscope_mark_all();
    return counts;
}
static MP_DEFINE_CONST_FUN_OBJ_2(slotscope_points_obj, slotscope_points);

static mp_obj_t slotscope_watch(mp_obj_t prefixes, mp_obj_t raised, mp_obj_t uncaught) {
    size_t n;
    mp_obj_t *items;
    mp_obj_get_array(prefixes, &n, &items);
    for (size_t i = 0; i < n; ++i) {
        mp_obj_str_get_str(items[i]);
    }
    MP_STATE_VM(slotscope_prefixes) = mp_obj_new_tuple(n, items);
    slotscope_forget_functions();
    slotscope_watch_exceptions(mp_obj_is_true(raised), mp_obj_is_true(uncaught));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_3(slotscope_watch_obj, slotscope_watch);

static mp_obj_t slotscope_step(mp_obj_t how, mp_obj_t state) {
    mp_int_t n = mp_obj_get_int(how);
    if (n < SLOTSCOPE_RUN || n > SLOTSCOPE_OUT) {
        mp_raise_ValueError(NULL);
    }
    slotscope_begin_step(n, state == MP_OBJ_NEW_SMALL_INT(0) ? NULL : get_state(state));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(slotscope_step_obj, slotscope_step);

static mp_obj_t slotscope_untraced(size_t n_args, const mp_obj_t *args) {
    return slotscope_call_untraced(args[0], n_args - 1, args + 1);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR(slotscope_untraced_obj, 1, slotscope_untraced);

static mp_obj_t slotscope_attends(mp_obj_t function) {
    MP_STATE_VM(slotscope_attendant) = function == mp_const_none ? MP_OBJ_NULL : function;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(slotscope_attends_obj, slotscope_attends);

static const mp_rom_map_elem_t slotscope_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR__slotscope) },
    { MP_ROM_QSTR(MP_QSTR_version), MP_ROM_INT(1) },
    { MP_ROM_QSTR(MP_QSTR_start), MP_ROM_PTR(&slotscope_start_obj) },
    { MP_ROM_QSTR(MP_QSTR_end), MP_ROM_PTR(&slotscope_finish_obj) },
    { MP_ROM_QSTR(MP_QSTR_points), MP_ROM_PTR(&slotscope_points_obj) },
    { MP_ROM_QSTR(MP_QSTR_watch), MP_ROM_PTR(&slotscope_watch_obj) },
    { MP_ROM_QSTR(MP_QSTR_step), MP_ROM_PTR(&slotscope_step_obj) },
    { MP_ROM_QSTR(MP_QSTR_untraced), MP_ROM_PTR(&slotscope_untraced_obj) },
    { MP_ROM_QSTR(MP_QSTR_attend), MP_ROM_PTR(&slotscope_attends_obj) },
    { MP_ROM_QSTR(MP_QSTR_look), MP_ROM_PTR(&slotscope_look_obj) },
    { MP_ROM_QSTR(MP_QSTR_get), MP_ROM_PTR(&slotscope_get_obj) },
    { MP_ROM_QSTR(MP_QSTR_put), MP_ROM_PTR(&slotscope_put_obj) },
};
static MP_DEFINE_CONST_DICT(slotscope_globals_dict, slotscope_globals_table);

const mp_obj_module_t slotscope_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&slotscope_globals_dict,
};
MP_REGISTER_MODULE(MP_QSTR__slotscope, slotscope_module);
MP_REGISTER_ROOT_POINTER(mp_obj_t slotscope_attendant);

void slotscope_attend(void) {
    #if MICROPY_ENABLE_SCHEDULER
    mp_obj_t function = MP_STATE_VM(slotscope_attendant);
    if (function != MP_OBJ_NULL) {
        mp_sched_schedule(function, mp_const_none);
    }
    #endif
}

#else
void slotscope_attend(void) {
}
#endif // SLOTSCOPE_DEBUG
