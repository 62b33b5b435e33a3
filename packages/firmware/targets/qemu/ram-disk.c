// A file system in memory that MicroPython doesn't use otherwise: the board's 16 MB of PSRAM. It lives through a soft
// reset, and until QEMU ends.
#include <string.h>

#include "py/mperrno.h"
#include "py/runtime.h"
#include "extmod/vfs.h"
#include "extmod/vfs_lfs.h"
#include "ram-disk.h"

#define DISK ((uint8_t *)0x21000000)
#define BLOCK_SIZE (1024)
#define BLOCK_COUNT (1024)

// Where a transfer of `args` (self, block, buffer, and maybe an offset in the block) begins, if the disk holds all of
// it. Otherwise NULL.
static uint8_t *find_bytes(size_t n_args, const mp_obj_t *args, size_t length) {
    size_t start = (size_t)mp_obj_get_int(args[1]) * BLOCK_SIZE;
    if (n_args > 3) {
        start += mp_obj_get_int(args[3]);
    }
    size_t size = BLOCK_SIZE * BLOCK_COUNT;
    return start <= size && length <= size - start ? DISK + start : NULL;
}

static mp_obj_t read_blocks(size_t n_args, const mp_obj_t *args) {
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(args[2], &buffer, MP_BUFFER_WRITE);
    uint8_t *bytes = find_bytes(n_args, args, buffer.len);
    if (bytes == NULL) {
        return MP_OBJ_NEW_SMALL_INT(-MP_EIO);
    }
    memcpy(buffer.buf, bytes, buffer.len);
    return MP_OBJ_NEW_SMALL_INT(0);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(read_blocks_obj, 3, 4, read_blocks);

static mp_obj_t write_blocks(size_t n_args, const mp_obj_t *args) {
    mp_buffer_info_t buffer;
    mp_get_buffer_raise(args[2], &buffer, MP_BUFFER_READ);
    uint8_t *bytes = find_bytes(n_args, args, buffer.len);
    if (bytes == NULL) {
        return MP_OBJ_NEW_SMALL_INT(-MP_EIO);
    }
    memcpy(bytes, buffer.buf, buffer.len);
    return MP_OBJ_NEW_SMALL_INT(0);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(write_blocks_obj, 3, 4, write_blocks);

static mp_obj_t control(mp_obj_t self, mp_obj_t request, mp_obj_t argument) {
    (void)self;
    (void)argument;
    switch (mp_obj_get_int(request)) {
        case MP_BLOCKDEV_IOCTL_INIT:
        case MP_BLOCKDEV_IOCTL_DEINIT:
        case MP_BLOCKDEV_IOCTL_SYNC:
        case MP_BLOCKDEV_IOCTL_BLOCK_ERASE:
            return MP_OBJ_NEW_SMALL_INT(0);
        case MP_BLOCKDEV_IOCTL_BLOCK_COUNT:
            return MP_OBJ_NEW_SMALL_INT(BLOCK_COUNT);
        case MP_BLOCKDEV_IOCTL_BLOCK_SIZE:
            return MP_OBJ_NEW_SMALL_INT(BLOCK_SIZE);
        default:
            return mp_const_none;
    }
}
static MP_DEFINE_CONST_FUN_OBJ_3(control_obj, control);

static const mp_rom_map_elem_t ram_disk_table[] = {
    { MP_ROM_QSTR(MP_QSTR_readblocks), MP_ROM_PTR(&read_blocks_obj) },
    { MP_ROM_QSTR(MP_QSTR_writeblocks), MP_ROM_PTR(&write_blocks_obj) },
    { MP_ROM_QSTR(MP_QSTR_ioctl), MP_ROM_PTR(&control_obj) },
};
static MP_DEFINE_CONST_DICT(ram_disk_dict, ram_disk_table);

static MP_DEFINE_CONST_OBJ_TYPE(ram_disk_type, MP_QSTR_RAMDisk, MP_TYPE_FLAG_NONE, locals_dict, &ram_disk_dict);

static const mp_obj_base_t ram_disk = { &ram_disk_type };

void mount_ram_disk(void) {
    // As on the boards of other ports.
    mp_obj_list_append(mp_sys_path, mp_obj_new_str("/lib", 4));
    mp_obj_t disk = MP_OBJ_FROM_PTR(&ram_disk);
    mp_obj_t root = MP_OBJ_NEW_QSTR(MP_QSTR__slash_);
    if (mp_vfs_mount_and_chdir_protected(disk, root) == 0) {
        return;
    }
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        mp_obj_t make[3];
        mp_load_method(MP_OBJ_FROM_PTR(&mp_type_vfs_lfs2), MP_QSTR_mkfs, make);
        make[2] = disk;
        mp_call_method_n_kw(1, 0, make);
        nlr_pop();
        mp_vfs_mount_and_chdir_protected(disk, root);
    }
}
