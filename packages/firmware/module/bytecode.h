// Where lines, visits and try statements are in a function's bytecode.
#ifndef SLOTSCOPE_BYTECODE_H
#define SLOTSCOPE_BYTECODE_H

#include "py/bc.h"
#include "py/emitglue.h"

// What an instruction belongs to.
typedef struct _slotscope_place_t {
    const byte *start;      // the first instruction of its line by the line table
    const byte *limit;      // from here on something else: another line, or the test of a loop
    size_t table_line;      // by the line table
    // If the instruction is in the test of a loop, which the compiler puts behind the loop's body, on its last line:
    const byte *test;       // the first instruction of the test, else NULL
    const byte *header;     // the jump to it that begins the loop
    size_t line;            // the loop's line; else as by the table
} slotscope_place_t;

void slotscope_locate(const mp_raw_code_t *rc, const byte *ip, slotscope_place_t *place);

// The jump in front of `top` that begins a loop whose body starts there and which `back` jumps back to; else NULL. Sets
// where it jumps to, which is where the loop's test starts.
const byte *slotscope_loop_header(const mp_raw_code_t *rc, const byte *top, const byte *back, const byte **test);

// The line of an instruction by the line table.
size_t slotscope_table_line(const mp_raw_code_t *rc, const byte *ip);

// Whether the instruction is inside a try or with statement.
bool slotscope_is_in_try(const mp_raw_code_t *rc, const byte *ip);

// Whether bytecode of the function belongs to the line.
bool slotscope_owns_line(const mp_raw_code_t *rc, size_t line);

#endif
