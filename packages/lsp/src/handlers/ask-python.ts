import type { CancellationToken } from "vscode-languageserver";
import { PythonUnavailable } from "./services.js";
import type { Session } from "./session.js";

/** basedpyright's answer; null, which in LSP is that of one with nothing to say, if it isn't there. */
export async function askPython(
  { python }: Session,
  method: string,
  params: unknown,
  token: CancellationToken,
): Promise<unknown> {
  if (python === undefined) return null;
  try {
    return await python.request(method, params, token);
  } catch (error) {
    if (error instanceof PythonUnavailable) return null;
    throw error;
  }
}
