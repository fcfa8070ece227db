/** Configure. One schema of settings, read once by `main.ts`; every room gets the part it needs, as values. */
export { explainStart } from './explain-start.ts'
export { configurationPage, printConfig, settingsInEffect } from './print-config.ts'
export { type ConfigSources, readConfig } from './read-config.ts'
export { type Config, environmentName, flagName, settings } from './settings.ts'
