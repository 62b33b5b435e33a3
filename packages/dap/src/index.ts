export * from "./debugger/errors.js";
export type * from "./debugger/types.js";
