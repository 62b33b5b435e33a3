import { ErrorCodes, ResponseError } from "vscode-jsonrpc/node";
import type { ClaimParams, HelloParams, StopSession } from "./protocol.js";

/** Longest text in a request that is no code, snapshot or data, in UTF-16 units. */
const longestText = 4096;

type Fields = Readonly<Record<string, unknown>>;

/** Parameters come from other programs: each reader throws the reply that says what is wrong with them. */
function refuse(what: string): never {
  throw new ResponseError(ErrorCodes.InvalidParams, what);
}

function fieldsOf(params: unknown): Fields {
  if (typeof params === "object" && params !== null && !Array.isArray(params)) return params as Fields;
  return refuse("the parameters must be an object");
}

function textIn(fields: Fields, key: string): string {
  const value = fields[key];
  if (typeof value === "string" && value !== "" && value.length <= longestText) return value;
  return refuse(`${key} must be text of 1 to ${longestText} characters`);
}

function numberIn(fields: Fields, key: string): number {
  const value = fields[key];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  return refuse(`${key} must be a whole number from 0`);
}

function flagIn(fields: Fields, key: string): boolean {
  const value = fields[key];
  return typeof value === "boolean" ? value : refuse(`${key} must be true or false`);
}

export function readHello(params: unknown): HelloParams {
  const fields = fieldsOf(params);
  return { name: textIn(fields, "name"), pid: numberIn(fields, "pid") };
}

export function readClaim(params: unknown): ClaimParams {
  const fields = fieldsOf(params);
  return {
    lease: numberIn(fields, "lease"),
    address: textIn(fields, "address"),
    purpose: textIn(fields, "purpose"),
    wait: flagIn(fields, "wait"),
    guest: flagIn(fields, "guest"),
    ...(fields["password"] === undefined ? {} : { password: textIn(fields, "password") }),
  };
}

export function readLease(params: unknown): number {
  return numberIn(fieldsOf(params), "lease");
}

export function readOffer(params: unknown): number | undefined {
  const fields = fieldsOf(params);
  return fields["offer"] === null ? undefined : numberIn(fields, "offer");
}

export function readCode(params: unknown): string {
  const { code } = fieldsOf(params);
  return typeof code === "string" && code !== "" ? code : refuse("code must be text, not empty");
}

export function readData(params: unknown): Uint8Array {
  const { data } = fieldsOf(params);
  if (typeof data !== "string") return refuse("data must be text in base64");
  const bytes = Buffer.from(data, "base64");
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A publication and its size in characters of JSON; without a snapshot the session stands no longer. */
export function readPublication(params: unknown): { session: StopSession; snapshot?: unknown; size: number } {
  const fields = fieldsOf(params);
  const given = fieldsOf(fields["session"]);
  const session = {
    id: textIn(given, "id"),
    name: textIn(given, "name"),
    ...(given["address"] === undefined ? {} : { address: textIn(given, "address") }),
  };
  const snapshot = fields["snapshot"];
  if (snapshot === null || snapshot === undefined) return { session, size: 0 };
  return { session, snapshot, size: JSON.stringify(snapshot).length };
}
