import type { CancellationToken } from "vscode-languageserver";
import type { Session } from "./session.js";

/** Answers one request: decodes its parameters, calls the core or basedpyright, encodes the result. */
export type Handler<Params = never, Result = unknown> = (
  params: Params,
  session: Session,
  token: CancellationToken,
) => Promise<Result> | Result;
