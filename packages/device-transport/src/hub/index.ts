export { connectHub, type ConnectOptions } from "./connect-hub.js";
export type { Hub, LeaseOptions, RunnerOptions } from "./hub-connection.js";
export type { Lease } from "./hub-lease.js";
export type { HubRunner } from "./hub-runner.js";
export {
  type ClientStatus,
  type DeviceHolder,
  type DeviceStatus,
  type FoundDevice,
  hubProtocolVersion,
  type HubStatus,
  type PublishedStop,
  type StopSession,
} from "./protocol.js";
export { hubSocket } from "./socket-address.js";
export { type HubOptions, type HubServer, serveHub } from "./serve-hub.js";
