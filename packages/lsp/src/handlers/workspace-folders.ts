import { type ChosenProfile, chooseProfile } from "../analysis/choose-profile.js";
import { canonicalUri } from "../protocol/canonical-uri.js";
import { defaultSettings, readSettings, type Settings } from "../analysis/settings.js";
import type { PythonSettings, Services } from "./services.js";

/** What holds for the documents of one workspace folder. */
export interface FolderState {
  /** URI without a slash at its end; undefined for documents outside of all folders. */
  readonly uri: string | undefined;
  readonly settings: Settings;
  readonly profile: ChosenProfile;
  readonly python: PythonSettings;
}

/** What a client has set for a folder: its sections `slotscope` and `basedpyright`. */
export interface ClientSettings {
  readonly slotscope: unknown;
  readonly basedpyright: unknown;
}

/** The folders of a workspace, with their settings. */
export class WorkspaceFolders {
  #folders: readonly FolderState[] = [];
  #outside: FolderState;
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
    this.#outside = {
      uri: undefined,
      settings: defaultSettings,
      profile: chooseProfile("", undefined),
      python: { sections: {} },
    };
  }

  /** Documents outside of any folder, or all where there is none. */
  get outside(): FolderState {
    return this.#outside;
  }

  get all(): readonly FolderState[] {
    return this.#folders;
  }

  /** The folder that decides for the whole workspace where something can't be per folder: the first. */
  get main(): FolderState {
    return this.#folders[0] ?? this.#outside;
  }

  /** The innermost folder that a document is in. */
  of(uri: string): FolderState {
    const inside = canonicalUri(uri);
    let best = this.#outside;
    for (const folder of this.#folders) {
      const around = canonicalUri(folder.uri ?? "");
      const isInside = inside === around || inside.startsWith(`${around}/`);
      if (isInside && around.length > (best.uri?.length ?? 0)) best = folder;
    }
    return best;
  }

  /**
   * Takes new settings; returns what to tell the user about them.
   *
   * @param uris of the folders
   * @param settings of each folder, and last of documents outside
   */
  configure(uris: readonly string[], settings: readonly ClientSettings[]): string[] {
    const problems: string[] = [];
    const states = [...uris, undefined].map((uri, i) => {
      const folder = uri?.replace(/\/$/, "");
      const read = readSettings(settings[i]?.slotscope);
      const file = folder === undefined ? undefined : this.#services.readText(`${folder}/slotscope.json`);
      const profile = chooseProfile(read.settings.profile, file);
      const python = this.#services.pythonSettings(folder, profile, settings[i]?.basedpyright);
      problems.push(...read.problems);
      for (const each of [profile.problem, python.problem]) if (each !== undefined) problems.push(each);
      return { uri: folder, settings: read.settings, profile, python };
    });
    this.#outside = states.pop() ?? this.#outside;
    this.#folders = states;
    return [...new Set(problems)];
  }
}
