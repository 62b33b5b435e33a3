/** What a USB device says it is: four lower-case hexadecimal digits each. */
export interface UsbIds {
  readonly vendorId: string;
  readonly productId: string;
}

/** What is known of a USB device by its ids. */
export interface KnownUsb {
  readonly name: string;
  /** `board`: MicroPython's own USB; `bridge`: a chip beside the processor, which sits on boards of all kinds. */
  readonly kind: "board" | "bridge";
}

/**
 * Boards and bridge chips by vendor, and by product where that says more. Sources: MICROPY_HW_USB_VID and _PID in
 * MicroPython 1.26's `ports/*` (rp2, esp32, stm32, samd, mimxrt, nrf, renesas-ra, alif), the USB-IF's vendor list as
 * in `usb.ids`, and for chips their data sheets: Silicon Labs CP210x, WCH CH340 and CH9102, FTDI FT232 and relatives.
 */
const vendors: Readonly<
  Record<string, { name: string; bridge?: boolean; products?: Record<string, string> }>
> = {
  "2e8a": {
    name: "RP2 board",
    products: {
      "0005": "Raspberry Pi Pico or another RP2 board with MicroPython",
      "000c": "Raspberry Pi Debug Probe",
      "1002": "Pimoroni Pico LiPo",
    },
  },
  "303a": {
    name: "Espressif board",
    products: {
      "1001": "ESP32 by its USB-JTAG",
      "4001": "ESP32-S2 or -S3 with MicroPython",
    },
  },
  f055: {
    name: "Pyboard or another board with MicroPython",
    products: {
      "9800": "Pyboard",
      "9801": "Pyboard",
      "9802": "Pyboard or i.MX RT board with MicroPython",
    },
  },
  "0d28": { name: "board with DAPLink", products: { "0204": "BBC micro:bit or another board with DAPLink" } },
  "239a": {
    name: "Adafruit board",
    products: {
      "80f2": "Adafruit Feather RP2040",
      "80f8": "Adafruit QT Py RP2040",
      "80fe": "Adafruit ItsyBitsy RP2040",
    },
  },
  "2341": {
    name: "Arduino board",
    products: {
      "025a": "Arduino Nano 33 BLE Sense",
      "025e": "Arduino Nano RP2040 Connect",
      "0468": "Arduino Portenta C33",
      "055b": "Arduino Portenta H7",
      "055f": "Arduino Nicla Vision",
      "0564": "Arduino Opta",
      "0566": "Arduino Giga",
    },
  },
  "37c5": { name: "OpenMV camera" },
  "1b4f": { name: "SparkFun board" },
  "2886": { name: "Seeed board", products: { "0045": "Seeed XIAO nRF52840" } },
  "1ffb": {
    name: "Pololu board",
    products: { "2043": "Pololu 3pi+ 2040 robot", "2044": "Pololu Zumo 2040 robot" },
  },
  "16d0": { name: "board", products: { "08c7": "Pimoroni Tiny 2040" } },
  "15ba": { name: "Olimex board", products: { "0046": "Olimex RT1010Py" } },
  "1209": { name: "board", products: { f502: "Silicognition RP2040-Shim" } },
  "0483": { name: "ST board", products: { "374b": "ST Nucleo or Discovery board by its ST-LINK" } },
  "1366": { name: "board by its SEGGER J-Link" },
  "10c4": { name: "board by a CP210x", bridge: true },
  "1a86": {
    name: "board by a WCH bridge",
    bridge: true,
    products: {
      "5523": "board by a CH341",
      "7522": "board by a CH340",
      "7523": "board by a CH340",
      "55d3": "board by a CH343",
      "55d4": "board by a CH9102",
    },
  },
  "0403": { name: "board by an FTDI chip", bridge: true },
  "067b": { name: "board by a PL2303", bridge: true },
};

/** What a USB device is as far as its ids tell; undefined for one that is not known. */
export function knownUsb(usb: UsbIds): KnownUsb | undefined {
  const vendor = vendors[usb.vendorId];
  if (vendor === undefined) return undefined;
  return {
    name: vendor.products?.[usb.productId] ?? vendor.name,
    kind: vendor.bridge === true ? "bridge" : "board",
  };
}
