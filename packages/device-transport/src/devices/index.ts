export {
  type DeviceAddress,
  formatAddress,
  parseAddress,
  type ParsedAddress,
  resolveAddress,
} from "./address.js";
export { createDeviceTransport, type DeviceOptions, findDevice, openDeviceTransport } from "./open-device.js";
