export { createTcpTransport, type TcpOptions } from "./tcp-transport.js";
export { createWebReplTransport, passwordVariable, type WebReplOptions } from "./webrepl-transport.js";
