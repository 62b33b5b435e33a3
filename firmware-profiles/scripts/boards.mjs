// The boards whose profiles are read in MicroPython's source, and what their builds hand to the compiler beside it:
// `defines` by the build files in `definedIn`, which are no C. Memory is left out where only a vendor's SDK knows it.

const rp2 = {
  port: "rp2",
  memory: { ramBytes: 256 << 10, source: "ports/rp2/memmap_mp_rp2040.ld" },
  manifest: "ports/rp2/boards/manifest.py",
  target: ["-mthumb", "-mcpu=cortex-m0plus"],
  defines: ["PICO_ARM=1", "PICO_RP2040=1"],
  definedIn: "ports/rp2/CMakeLists.txt",
};
const rp2350 = {
  ...rp2,
  memory: { ramBytes: 512 << 10, source: "ports/rp2/memmap_mp_rp2350.ld" },
  target: ["-mthumb", "-mcpu=cortex-m33"],
  defines: ["PICO_ARM=1", "PICO_RP2350=1"],
};
const wireless = [
  "MICROPY_PY_LWIP=1",
  "MICROPY_PY_NETWORK_CYW43=1",
  "MICROPY_PY_BLUETOOTH=1",
  "MICROPY_BLUETOOTH_BTSTACK=1",
  "MICROPY_PY_BLUETOOTH_CYW43=1",
];
const esp32 = {
  port: "esp32",
  errno: "py/moderrno.c with newlib's errno.h, which ESP-IDF uses",
  manifest: "ports/esp32/boards/manifest.py",
  target: [],
  definedIn: "ports/esp32/esp32_common.cmake and the board's mpconfigboard.cmake",
};
const esp32Build = [
  "MICROPY_VFS_FAT=1",
  "MICROPY_VFS_LFS2=1",
  "MICROPY_PY_BTREE=1",
  // ESP-IDF's headers count versions so; ports/esp32/README.md names the version.
  "ESP_IDF_VERSION_VAL(major,minor,patch)=((major)*65536+(minor)*256+(patch))",
  "ESP_IDF_VERSION=ESP_IDF_VERSION_VAL(5,4,2)",
];

export const boards = [
  { id: "rp2-rpi-pico", board: "RPI_PICO", ...rp2 },
  {
    id: "rp2-rpi-pico-w",
    board: "RPI_PICO_W",
    ...rp2,
    manifest: "ports/rp2/boards/RPI_PICO_W/manifest.py",
    defines: [...rp2.defines, ...wireless],
    definedIn: "ports/rp2/boards/RPI_PICO_W/mpconfigboard.cmake",
  },
  { id: "rp2-rpi-pico2", board: "RPI_PICO2", ...rp2350 },
  {
    id: "rp2-rpi-pico2-w",
    board: "RPI_PICO2_W",
    ...rp2350,
    manifest: "ports/rp2/boards/RPI_PICO2_W/manifest.py",
    defines: [...rp2350.defines, ...wireless],
    definedIn: "ports/rp2/boards/RPI_PICO2_W/mpconfigboard.cmake",
  },
  {
    id: "esp32-esp32-generic",
    board: "ESP32_GENERIC",
    ...esp32,
    defines: [...esp32Build, "CONFIG_IDF_TARGET_ESP32=1", "CONFIG_IDF_TARGET_ARCH_XTENSA=1"],
  },
  {
    id: "esp32-esp32-generic-s3",
    board: "ESP32_GENERIC_S3",
    ...esp32,
    defines: [...esp32Build, "CONFIG_IDF_TARGET_ESP32S3=1", "CONFIG_IDF_TARGET_ARCH_XTENSA=1"],
  },
  {
    id: "esp32-esp32-generic-c3",
    board: "ESP32_GENERIC_C3",
    ...esp32,
    defines: [...esp32Build, "CONFIG_IDF_TARGET_ESP32C3=1", "CONFIG_IDF_TARGET_ARCH_RISCV=1"],
  },
  {
    id: "esp8266-esp8266-generic",
    board: "ESP8266_GENERIC",
    port: "esp8266",
    manifest: "ports/esp8266/boards/ESP8266_GENERIC/manifest_2MiB.py",
    target: [],
    defines: [
      "MICROPY_ESP8266_2M",
      "MICROPY_PY_ESPNOW=1",
      "MICROPY_PY_BTREE=1",
      "MICROPY_VFS_FAT=1",
      "MICROPY_VFS_LFS2=1",
      "MICROPY_PY_SSL=1",
      "MICROPY_SSL_AXTLS=1",
    ],
    definedIn: "ports/esp8266/Makefile and boards/ESP8266_GENERIC/mpconfigvariant.mk",
    notes: [
      "The profile is that of the variant for 2 MiB of flash and more; smaller ones lack modules and f-strings.",
      "Floats lose their two lowest bits (MICROPY_OBJ_REPR_C).",
    ],
  },
  {
    id: "stm32-pybv11",
    board: "PYBV11",
    port: "stm32",
    memory: {
      flashBytes: 1024 << 10,
      ramBytes: 192 << 10,
      source: "ports/stm32/boards/stm32f405.ld: FLASH, RAM and CCMRAM",
    },
    manifest: "ports/stm32/boards/PYBV10/manifest.py",
    target: ["-mthumb", "-mcpu=cortex-m4"],
    defines: [
      "STM32F4",
      "STM32F405xx",
      "STM32_HAL_H=<stm32f4xx_hal.h>",
      "MICROPY_VFS_FAT=1",
      "MICROPY_VFS_LFS2=1",
    ],
    definedIn: "ports/stm32/Makefile and boards/PYBV11/mpconfigboard.mk",
    notes: [
      "The constants of the modules machine, pyb and stm fold too; they come from ST's headers: probe the board for them.",
    ],
  },
  {
    id: "samd-adafruit-itsybitsy-m4-express",
    board: "ADAFRUIT_ITSYBITSY_M4_EXPRESS",
    port: "samd",
    memory: { ramBytes: 192 << 10, source: "ports/samd/boards/samd51x19a.ld" },
    includes: ["ports/samd/mcu/samd51"],
    manifest: "ports/samd/mcu/samd51/manifest.py",
    target: ["-mthumb", "-mcpu=cortex-m4"],
    defines: ["MCU_SAMD51", "__SAMD51G19A__", "MICROPY_VFS_FAT=1", "MICROPY_VFS_LFS2=1"],
    definedIn:
      "ports/samd/mcu/samd51/mpconfigmcu.mk and boards/ADAFRUIT_ITSYBITSY_M4_EXPRESS/mpconfigboard.mk",
  },
  {
    id: "nrf-microbit",
    board: "MICROBIT",
    port: "nrf",
    memory: { flashBytes: 256 << 10, ramBytes: 16 << 10, source: "ports/nrf/boards/nrf51x22_256k_16k.ld" },
    includes: ["ports/nrf/device/nrf51"],
    manifest: "ports/nrf/modules/manifest.py",
    target: ["-mthumb", "-mcpu=cortex-m0"],
    defines: ["NRF51", "NRF51822", "MICROPY_VFS_LFS2=1"],
    definedIn: "ports/nrf/boards/MICROBIT/mpconfigboard.mk",
    notes: [
      "This is MicroPython's own port for the micro:bit of the first generation (NRF51822). The firmware that its editors install is another, by the Micro:bit Educational Foundation, and so is all firmware for the second generation (NRF52833): MicroPython's source has no board for it. Probe such a board.",
    ],
  },
];
