# Slotscope's user C module, for ports that are built by CMake. What can be set: README.md.
foreach(part DUAL_VM LIVE_SWITCH DEBUG)
    if(NOT DEFINED SLOTSCOPE_${part})
        set(SLOTSCOPE_${part} 1)
    endif()
    list(APPEND SLOTSCOPE_DEFINITIONS SLOTSCOPE_${part}=${SLOTSCOPE_${part}})
endforeach()
list(APPEND SLOTSCOPE_DEFINITIONS MICROPY_PY_SYS_SETTRACE=1)

add_library(usermod_slotscope INTERFACE)
target_sources(usermod_slotscope INTERFACE
    ${CMAKE_CURRENT_LIST_DIR}/module.c
    ${CMAKE_CURRENT_LIST_DIR}/debugger.c
    ${CMAKE_CURRENT_LIST_DIR}/bytecode.c
    ${CMAKE_CURRENT_LIST_DIR}/tracing.c
    ${CMAKE_CURRENT_LIST_DIR}/dispatch.c
    ${CMAKE_CURRENT_LIST_DIR}/vm-standard.c
)
target_include_directories(usermod_slotscope INTERFACE ${CMAKE_CURRENT_LIST_DIR})
target_compile_definitions(usermod_slotscope INTERFACE ${SLOTSCOPE_DEFINITIONS})
target_link_libraries(usermod INTERFACE usermod_slotscope)

# The scan for names reads only these. (This file is included by the port's own, before mkrules.cmake uses them.)
list(APPEND MICROPY_CPP_DEF_EXTRA ${SLOTSCOPE_DEFINITIONS})

# py/vm.c becomes the tracing VM by what is included before it. COMPILE_FLAGS, because ports set COMPILE_OPTIONS of this
# file themselves later.
set_source_files_properties(${MICROPY_DIR}/py/vm.c PROPERTIES
    COMPILE_FLAGS "-include ${CMAKE_CURRENT_LIST_DIR}/vm-tracing.h")
# sys.settrace() tells us whether anything is traced at all.
set_source_files_properties(${MICROPY_DIR}/py/modsys.c PROPERTIES
    COMPILE_FLAGS "-include ${CMAKE_CURRENT_LIST_DIR}/settrace.h")
# The standard VM is as worthy of speed as the port's own.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/vm-standard.c PROPERTIES COMPILE_FLAGS "-O2")
