import { afterAll } from "vitest";
import { testDebugger } from "../contract/test-debugger.js";
import { startBoard, tier } from "../support/board.js";

const board = await startBoard();
afterAll(() => board.close());

testDebugger("a board", () => board.open(), {
  interruptsRunningCode: tier === "native",
  isProcess: false,
  callDepth: 36,
});
