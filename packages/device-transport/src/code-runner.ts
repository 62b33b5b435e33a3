/**
 * Runs code of ours on a target, whoever owns the wire: the raw REPL, or the agent while a program that is debugged
 * stands still.
 */
export interface CodeRunner {
  /**
   * Runs statements in a namespace that is the runner's own and lasts as long as it. Resolves to the text that they
   * assigned to `result`, which must be ASCII; `""` if they assigned none. Calls are run in order. Rejects with an
   * `AgentError` of kind `device-exception` where the code raised, with a `TransportError` where the target is lost or
   * does not answer.
   */
  run(code: string): Promise<string>;
}
