/** Configure. One schema of settings, read once by `main.ts`; every room gets the part it needs, as values. */
export * from './explain-start.ts'
export * from './print-config.ts'
export * from './read-config.ts'
export * from './settings.ts'
