import type { ExecuteCommandParams } from "vscode-languageserver";
import { LSPErrorCodes, ResponseError } from "../protocol/library.js";
import { pythonCommands, toggleSlotHints } from "../protocol/capabilities.js";
import { askPython } from "./ask-python.js";
import type { Handler } from "./handler.js";

export const executeCommand: Handler<ExecuteCommandParams> = (params, session, token) => {
  if (params.command === toggleSlotHints) {
    const { settings } = session.folders.main;
    const isOn = session.hintsToggled ?? (settings["hints.slots"] || settings["hints.frames"]);
    session.hintsToggled = !isOn;
    session.refreshHints();
    return null;
  }
  if (pythonCommands.some((command) => command === params.command)) {
    return askPython(session, "workspace/executeCommand", params, token);
  }
  throw new ResponseError(LSPErrorCodes.RequestFailed, `There is no command ${params.command}.`);
};
