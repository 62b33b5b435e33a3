// Reads bytecode as py/bc0.h describes it, and line tables as py/bc.h does.
#include "py/bc0.h"
#include "py/profile.h"
#include "slotscope.h"
#include "bytecode.h"

#if SLOTSCOPE_DEBUG

// An entry of the line table: that many bytes belong to the line, then that many lines go by.
typedef struct _line_entry_t {
    size_t bytes;
    size_t lines;
} line_entry_t;

static line_entry_t next_entry(const byte **info) {
    size_t first = *(*info)++;
    if (first & 0x80) {
        return (line_entry_t) { first & 0xf, ((first << 4) & 0x700) | *(*info)++ };
    }
    return (line_entry_t) { first & 0x1f, first >> 5 };
}

// The instruction behind `ip`. Sets where it may jump to, NULL if nowhere.
static const byte *next_instruction(const byte *ip, const byte **target) {
    byte op = *ip++;
    *target = NULL;
    int format = MP_BC_FORMAT(op);
    if (format == MP_BC_FORMAT_BYTE) {
        return ip;
    }
    if (format == MP_BC_FORMAT_OFFSET) {
        // As DECODE_ULABEL and DECODE_SLABEL of py/vm.c.
        ptrdiff_t offset = *ip & 0x7f;
        ptrdiff_t bias = 0x40;
        if (*ip++ & 0x80) {
            offset |= *ip++ << 7;
            bias = 0x4000;
        }
        if (op < MP_BC_JUMP_IF_TRUE_OR_POP) {
            offset -= bias;
        }
        *target = ip + offset;
    } else {
        ip = mp_decode_uint_skip(ip);
    }
    return (op & MP_BC_MASK_EXTRA_BYTE) == 0 ? ip + 1 : ip;
}

size_t slotscope_table_line(const mp_raw_code_t *rc, const byte *ip) {
    return mp_prof_bytecode_lineno(rc, ip - rc->prelude.opcodes);
}

const byte *slotscope_loop_header(const mp_raw_code_t *rc, const byte *top, const byte *back, const byte **test) {
    const byte *last = NULL;
    const byte *target = NULL;
    for (const byte *ip = rc->prelude.opcodes; ip < top;) {
        last = ip;
        ip = next_instruction(ip, &target);
    }
    *test = target;
    return last != NULL && *last == MP_BC_JUMP && target > top && target <= back ? last : NULL;
}

void slotscope_locate(const mp_raw_code_t *rc, const byte *at, slotscope_place_t *place) {
    const byte *info = rc->prelude.line_info;
    const byte *start = rc->prelude.opcodes;
    const byte *end = start;
    size_t line = 1;
    for (;;) {
        if (info >= rc->prelude.line_info_top) {
            end = (const byte *)rc->fun_data + rc->fun_data_len;
            break;
        }
        line_entry_t entry = next_entry(&info);
        end += entry.bytes;
        // An entry without lines continues the one before.
        if (entry.lines == 0) {
            continue;
        }
        if (at < end) {
            break;
        }
        line += entry.lines;
        start = end;
    }
    place->start = start;
    place->limit = end;
    place->table_line = place->line = line;
    place->test = place->header = NULL;
    for (const byte *ip = start; ip < end;) {
        const byte *top;
        const byte *next = next_instruction(ip, &top);
        const byte *test;
        const byte *header;
        if (top != NULL && top <= ip && (header = slotscope_loop_header(rc, top, ip, &test)) != NULL) {
            if (test > at) {
                place->limit = MIN(place->limit, test);
            } else if (at < next) {
                place->test = test;
                place->header = header;
                place->line = slotscope_table_line(rc, header);
            }
        }
        ip = next;
    }
}

bool slotscope_is_in_try(const mp_raw_code_t *rc, const byte *at) {
    const byte *handler;
    for (const byte *ip = rc->prelude.opcodes; ip < at;) {
        byte op = *ip;
        ip = next_instruction(ip, &handler);
        if (op >= MP_BC_SETUP_WITH && op <= MP_BC_SETUP_FINALLY && ip <= at && at < handler) {
            return true;
        }
    }
    return false;
}

bool slotscope_owns_line(const mp_raw_code_t *rc, size_t wanted) {
    const byte *info = rc->prelude.line_info;
    size_t line = 1;
    size_t bytes = 0;
    while (info < rc->prelude.line_info_top && line <= wanted) {
        line_entry_t entry = next_entry(&info);
        bytes += entry.bytes;
        if (entry.lines != 0) {
            if (line == wanted) {
                return bytes != 0;
            }
            line += entry.lines;
            bytes = 0;
        }
    }
    // What no entry counts belongs to the last line.
    return line == wanted;
}

#endif // SLOTSCOPE_DEBUG
