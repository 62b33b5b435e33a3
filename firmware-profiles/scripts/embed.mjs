// Writes every profile of profiles/ into one TypeScript module, so that what ships also runs in a browser.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const profiles = readdirSync(join(home, "profiles"))
  .filter((name) => name.endsWith(".json"))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(home, "profiles", name), "utf8")));
mkdirSync(join(home, "src"), { recursive: true });
writeFileSync(
  join(home, "src", "profiles.generated.ts"),
  `import type { FirmwareProfile } from "./profile.js";\n\nexport const profiles: readonly FirmwareProfile[] = ${JSON.stringify(profiles, null, 2)};\n`,
);
