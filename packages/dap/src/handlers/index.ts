import { attach } from "./attach.js";
import { breakpointLocations } from "./breakpoint-locations.js";
import { completions } from "./completions.js";
import { configurationDone } from "./configuration-done.js";
import { continueProgram } from "./continue.js";
import { disconnect } from "./disconnect.js";
import { evaluate } from "./evaluate.js";
import { exceptionInfo } from "./exception-info.js";
import type { Handler } from "./handler.js";
import { initialize } from "./initialize.js";
import { launch } from "./launch.js";
import { loadedSources } from "./loaded-sources.js";
import { next } from "./next.js";
import { pause } from "./pause.js";
import { restart } from "./restart.js";
import { scopes } from "./scopes.js";
import { setBreakpoints } from "./set-breakpoints.js";
import { setExceptionBreakpoints } from "./set-exception-breakpoints.js";
import { setExpression } from "./set-expression.js";
import { setVariable } from "./set-variable.js";
import { source } from "./source.js";
import { stackTrace } from "./stack-trace.js";
import { stepIn } from "./step-in.js";
import { stepOut } from "./step-out.js";
import { terminate } from "./terminate.js";
import { threads } from "./threads.js";
import { variables } from "./variables.js";

/** The requests that are answered, by their names in the Debug Adapter Protocol. */
export const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>(
  Object.entries({
    attach,
    breakpointLocations,
    completions,
    configurationDone,
    continue: continueProgram,
    disconnect,
    evaluate,
    exceptionInfo,
    initialize,
    launch,
    loadedSources,
    next,
    pause,
    restart,
    scopes,
    setBreakpoints,
    setExceptionBreakpoints,
    setExpression,
    setVariable,
    source,
    stackTrace,
    stepIn,
    stepOut,
    terminate,
    threads,
    variables,
  }),
);

/** Requests that let the program run: the response goes out before any stop that they lead to. */
export const resumingRequests: ReadonlySet<string> = new Set([
  "configurationDone",
  "continue",
  "next",
  "restart",
  "stepIn",
  "stepOut",
]);
