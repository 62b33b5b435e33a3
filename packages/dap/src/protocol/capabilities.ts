import type { DebugProtocol } from "@vscode/debugprotocol";

/** Names of the exception filters in `setExceptionBreakpoints`. */
export const exceptionFilters = { raised: "raised", uncaught: "uncaught" } as const;

/** What this adapter can do: a capability is named only if its request works. */
export const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsBreakpointLocationsRequest: true,
  supportsEvaluateForHovers: true,
  supportsClipboardContext: true,
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ["."],
  supportsExceptionInfoRequest: true,
  supportsDelayedStackTraceLoading: true,
  supportsLoadedSourcesRequest: true,
  supportsTerminateRequest: true,
  supportsRestartRequest: true,
  supportTerminateDebuggee: true,
  exceptionBreakpointFilters: [
    {
      filter: exceptionFilters.uncaught,
      label: "Uncaught Exceptions",
      description: "Stops where an exception that nothing handles is raised.",
      default: true,
    },
    {
      filter: exceptionFilters.raised,
      label: "Raised Exceptions",
      description: "Stops wherever an exception is raised, also if it is handled later.",
      default: false,
    },
  ],
};
