// The Python module _slotscope: see README.md for what each function takes, returns and raises.
#include "py/objgenerator.h"
#include "py/objlist.h"
#include "py/objtuple.h"
#include "py/runtime.h"
#include "slotscope.h"

#if SLOTSCOPE_DEBUG
#include "debugger.h"

// The code state of a live frame, given by number, or of a suspended generator or coroutine.
static mp_code_state_t *get_state(mp_obj_t arg) {
    if (mp_obj_is_small_int(arg)) {
        mp_code_state_t *code_state = MP_STATE_THREAD(current_code_state);
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

static mp_obj_t slotscope_top(void) {
    return slotscope_from_state(MP_STATE_THREAD(current_code_state));
}
static MP_DEFINE_CONST_FUN_OBJ_0(slotscope_top_obj, slotscope_top);

static mp_obj_t slotscope_caller(mp_obj_t state) {
    return slotscope_from_state(slotscope_outer(get_state(state)));
}
static MP_DEFINE_CONST_FUN_OBJ_1(slotscope_caller_obj, slotscope_caller);

static mp_obj_t slotscope_size(mp_obj_t state) {
    return MP_OBJ_NEW_SMALL_INT(get_state(state)->n_state);
}
static MP_DEFINE_CONST_FUN_OBJ_1(slotscope_size_obj, slotscope_size);

static mp_obj_t slotscope_line(mp_obj_t state) {
    return MP_OBJ_NEW_SMALL_INT(slotscope_line_of(get_state(state)));
}
static MP_DEFINE_CONST_FUN_OBJ_1(slotscope_line_obj, slotscope_line);

static mp_obj_t slotscope_function(mp_obj_t state) {
    return MP_OBJ_NEW_SMALL_INT((uintptr_t)get_state(state)->fun_bc->rc >> 2);
}
static MP_DEFINE_CONST_FUN_OBJ_1(slotscope_function_obj, slotscope_function);

static mp_obj_t slotscope_code(mp_obj_t state) {
    const mp_obj_fun_bc_t *fun = get_state(state)->fun_bc;
    return mp_obj_new_code(fun->context, fun->rc, true);
}
static MP_DEFINE_CONST_FUN_OBJ_1(slotscope_code_obj, slotscope_code);

static mp_obj_t slotscope_parameters(mp_obj_t code) {
    if (!mp_obj_is_type(code, &mp_type_code)) {
        mp_raise_TypeError(MP_ERROR_TEXT("no code object"));
    }
    const mp_bytecode_prelude_t *prelude = &((mp_obj_code_t *)MP_OBJ_TO_PTR(code))->rc->prelude;
    mp_uint_t n = prelude->n_pos_args + prelude->n_kwonly_args;
    n += (prelude->scope_flags & MP_SCOPE_FLAG_VARARGS) != 0;
    n += (prelude->scope_flags & MP_SCOPE_FLAG_VARKEYWORDS) != 0;
    return MP_OBJ_NEW_SMALL_INT(n);
}
static MP_DEFINE_CONST_FUN_OBJ_1(slotscope_parameters_obj, slotscope_parameters);

static mp_obj_t slotscope_globals(mp_obj_t state) {
    return MP_OBJ_FROM_PTR(get_state(state)->fun_bc->context->module.globals);
}
static MP_DEFINE_CONST_FUN_OBJ_1(slotscope_globals_obj, slotscope_globals);

static mp_obj_t slotscope_running(mp_obj_t generator) {
    const slotscope_generator_t *self = MP_OBJ_TO_PTR(generator);
    if (!mp_obj_is_type(generator, &mp_type_gen_instance)) {
        mp_raise_TypeError(MP_ERROR_TEXT("no generator"));
    }
    return self->code_state.ip == NULL ? mp_const_none : mp_obj_new_bool(self->pend_exc == MP_OBJ_NULL);
}
static MP_DEFINE_CONST_FUN_OBJ_1(slotscope_running_obj, slotscope_running);

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
        point->is_reached = false;
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

static mp_obj_t slotscope_reached(mp_obj_t state, mp_obj_t line_in) {
    slotscope_file_t *file = slotscope_find_file(slotscope_file_of(get_state(state)));
    mp_uint_t line = mp_obj_get_int(line_in);
    mp_obj_t list = mp_obj_new_list(0, NULL);
    for (size_t i = 0; file != NULL && i < file->n_points; ++i) {
        if (file->points[i].line == line && file->points[i].is_reached) {
            mp_obj_list_append(list, file->points[i].id);
        }
    }
    return list;
}
static MP_DEFINE_CONST_FUN_OBJ_2(slotscope_reached_obj, slotscope_reached);

static mp_obj_t slotscope_users(mp_obj_t prefixes) {
    size_t n;
    mp_obj_t *items;
    mp_obj_get_array(prefixes, &n, &items);
    for (size_t i = 0; i < n; ++i) {
        mp_obj_str_get_str(items[i]);
    }
    MP_STATE_VM(slotscope_prefixes) = mp_obj_new_tuple(n, items);
    slotscope_forget_functions();
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(slotscope_users_obj, slotscope_users);

static mp_obj_t slotscope_exceptions(mp_obj_t raised, mp_obj_t uncaught) {
    slotscope_watch_exceptions(mp_obj_is_true(raised), mp_obj_is_true(uncaught));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(slotscope_exceptions_obj, slotscope_exceptions);

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
    { MP_ROM_QSTR(MP_QSTR_dual_vm), MP_ROM_INT(SLOTSCOPE_DUAL_VM) },
    { MP_ROM_QSTR(MP_QSTR_live_switch), MP_ROM_INT(SLOTSCOPE_LIVE_SWITCH) },
    { MP_ROM_QSTR(MP_QSTR_start), MP_ROM_PTR(&slotscope_start_obj) },
    { MP_ROM_QSTR(MP_QSTR_end), MP_ROM_PTR(&slotscope_finish_obj) },
    { MP_ROM_QSTR(MP_QSTR_points), MP_ROM_PTR(&slotscope_points_obj) },
    { MP_ROM_QSTR(MP_QSTR_reached), MP_ROM_PTR(&slotscope_reached_obj) },
    { MP_ROM_QSTR(MP_QSTR_users), MP_ROM_PTR(&slotscope_users_obj) },
    { MP_ROM_QSTR(MP_QSTR_exceptions), MP_ROM_PTR(&slotscope_exceptions_obj) },
    { MP_ROM_QSTR(MP_QSTR_step), MP_ROM_PTR(&slotscope_step_obj) },
    { MP_ROM_QSTR(MP_QSTR_untraced), MP_ROM_PTR(&slotscope_untraced_obj) },
    { MP_ROM_QSTR(MP_QSTR_attend), MP_ROM_PTR(&slotscope_attends_obj) },
    { MP_ROM_QSTR(MP_QSTR_top), MP_ROM_PTR(&slotscope_top_obj) },
    { MP_ROM_QSTR(MP_QSTR_caller), MP_ROM_PTR(&slotscope_caller_obj) },
    { MP_ROM_QSTR(MP_QSTR_size), MP_ROM_PTR(&slotscope_size_obj) },
    { MP_ROM_QSTR(MP_QSTR_line), MP_ROM_PTR(&slotscope_line_obj) },
    { MP_ROM_QSTR(MP_QSTR_function), MP_ROM_PTR(&slotscope_function_obj) },
    { MP_ROM_QSTR(MP_QSTR_code), MP_ROM_PTR(&slotscope_code_obj) },
    { MP_ROM_QSTR(MP_QSTR_parameters), MP_ROM_PTR(&slotscope_parameters_obj) },
    { MP_ROM_QSTR(MP_QSTR_globals), MP_ROM_PTR(&slotscope_globals_obj) },
    { MP_ROM_QSTR(MP_QSTR_get), MP_ROM_PTR(&slotscope_get_obj) },
    { MP_ROM_QSTR(MP_QSTR_put), MP_ROM_PTR(&slotscope_put_obj) },
    { MP_ROM_QSTR(MP_QSTR_running), MP_ROM_PTR(&slotscope_running_obj) },
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
