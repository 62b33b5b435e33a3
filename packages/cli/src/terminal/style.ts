/** Ways to set text off; each returns the text unchanged where colours are off. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const wrap =
  (on: boolean, open: number, close: number) =>
  (text: string): string =>
    on && text !== "" ? `\u001b[${open}m${text}\u001b[${close}m` : text;

function makeStyle(on: boolean): Style {
  return {
    bold: wrap(on, 1, 22),
    dim: wrap(on, 2, 22),
    red: wrap(on, 31, 39),
    green: wrap(on, 32, 39),
    yellow: wrap(on, 33, 39),
    cyan: wrap(on, 36, 39),
  };
}

export const plainStyle: Style = makeStyle(false);

/**
 * Colours on a terminal only. `NO_COLOR` (any text, https://no-color.org) and `TERM=dumb` turn them off, `FORCE_COLOR`
 * (anything but empty or 0) turns them on where there is no terminal.
 */
export function chooseStyle(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  if (env["NO_COLOR"]) return plainStyle;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined && forced !== "" && forced !== "0") return makeStyle(true);
  return makeStyle(stream.isTTY === true && env["TERM"] !== "dumb");
}
