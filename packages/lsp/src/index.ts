export { type Settings, settingsSchema } from "./analysis/settings.js";
export { serveStdio } from "./composition/serve-stdio.js";
