import { DebuggerError } from "../debugger/errors.js";

/**
 * Reads a request's arguments, which a client may have sent in any shape: every reader throws `badArguments` with
 * the name of the property and of the request, so that a wrong one fails that request and nothing else.
 */
export class Arguments {
  readonly #command: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(command: string, raw: unknown) {
    this.#command = command;
    if (raw === undefined || raw === null) this.#values = {};
    else if (isRecord(raw)) this.#values = raw;
    else throw this.#wrong("arguments", "an object");
  }

  string(name: string): string {
    return this.#required(name, this.optionalString(name), "a string");
  }

  optionalString(name: string): string | undefined {
    return this.#typed(name, "a string", (value) => typeof value === "string");
  }

  /** A whole number from 0 on. */
  integer(name: string): number {
    return this.#required(name, this.optionalInteger(name), "a whole number");
  }

  optionalInteger(name: string): number | undefined {
    return this.#typed(
      name,
      "a whole number",
      (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0,
    );
  }

  optionalIntegers(name: string): readonly number[] | undefined {
    return this.#typed(
      name,
      "a list of whole numbers",
      (value): value is number[] =>
        Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && Number(item) >= 0),
    );
  }

  optionalBoolean(name: string): boolean | undefined {
    return this.#typed(name, "true or false", (value) => typeof value === "boolean");
  }

  optionalStrings(name: string): readonly string[] | undefined {
    return this.#typed(
      name,
      "a list of strings",
      (value): value is string[] => Array.isArray(value) && value.every((item) => typeof item === "string"),
    );
  }

  optionalStringMap(name: string): Readonly<Record<string, string>> | undefined {
    return this.#typed(
      name,
      "an object of strings",
      (value): value is Record<string, string> =>
        isRecord(value) && Object.values(value).every((item) => typeof item === "string"),
    );
  }

  optionalChoice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const what = `one of ${choices.map((choice) => `"${choice}"`).join(", ")}`;
    return this.#typed(name, what, (value): value is T => choices.some((choice) => choice === value));
  }

  /** An object inside, read by the same rules. */
  object(name: string): Arguments {
    return this.#required(name, this.optionalObject(name), "an object");
  }

  optionalObject(name: string): Arguments | undefined {
    const value = this.#typed(name, "an object", isRecord);
    return value && new Arguments(`${this.#command}: ${name}`, value);
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  optionalObjects(name: string): readonly Arguments[] | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    if (!Array.isArray(value)) throw this.#wrong(name, "a list");
    return value.map(
      (item: unknown, index) => new Arguments(`${this.#command}: ${name}[${index}]`, item ?? 0),
    );
  }

  #typed<T>(name: string, what: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    if (!is(value)) throw this.#wrong(name, what);
    return value;
  }

  #required<T>(name: string, value: T | undefined, what: string): T {
    if (value === undefined) throw this.#wrong(name, what);
    return value;
  }

  #wrong(name: string, what: string): DebuggerError {
    return new DebuggerError(
      "badArguments",
      `The request ${this.#command} is wrong: \`${name}\` must be ${what}.`,
    );
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
