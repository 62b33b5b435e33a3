export {
  describePort,
  listPorts,
  type PortInfo,
  type PortSources,
  type PortObstacle,
  type RawPort,
} from "./list-ports.js";
export type { PortHolder } from "./port-holders.js";
export { createSerialTransport, type SerialBinding, type SerialOptions } from "./serial-transport.js";
export type { UsbIds } from "./usb-boards.js";
