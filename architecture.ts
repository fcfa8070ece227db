/**
 * Who may know whom: the one table that the linter (`oxlint.config.ts`) and the tidy test (`test/tidy/imports.test.ts`) read.
 * An import that it does not name is a defect. Working rooms never know each other: they meet in the store, so that each of
 * them can crash and resume; only `api` may knock at their doors.
 */

/** The rooms of `packages/server/src`. Each is entered through its door, `index.ts`, as `#room`; inside a room imports are relative. */
export const mayImport = {
  domain: ['contract', 'contract/plain', 'sdk/signing'],
  // One file of the domain has a door of its own: the child processes of expressions load nothing else of it.
  platform: ['domain', 'domain/exact-json'],
  config: ['contract', 'domain'],
  // What the store's threads load knows no schema.
  store: ['domain', 'domain/plain', 'platform', 'platform/plain'],
  coordination: ['domain', 'platform', 'store'],
  ingest: ['domain', 'platform', 'store', 'coordination'],
  // Likewise what a program of the room's own may load in a child process.
  flows: [
    'contract',
    'domain',
    'platform',
    'platform/for-children',
    'store',
    'coordination',
    'coordination/derive',
    'coordination/per-version',
  ],
  delivery: ['domain', 'platform', 'store', 'coordination'],
  // Rooms report to it through what `coordination` says it is, so that none of it is loaded where nobody collects traces.
  traces: ['domain', 'platform', 'store', 'coordination'],
  api: ['contract', 'domain', 'platform', 'store', 'coordination', 'ingest', 'flows', 'delivery'],
} as const

/** The workspaces: what may be said as `@posthorn/…` in each. `main.ts` is the server's front door and knows every room. */
export const packagesMayImport = {
  contract: [],
  sdk: [],
  server: ['contract', 'contract/plain', 'sdk/signing'],
  // Where several processes share the work, one more supervises them, and loads nothing of the server.
  cli: ['sdk', 'server', 'server/config', 'server/flow-files', 'server/for-supervisor'],
  console: ['sdk', 'sdk/signing'],
} as const

/** Further doors of the server. Only `main.ts` chooses an engine and reads the settings; tests may open them too. */
export const doorsOfMain = ['config', 'store/sqlite', 'store/postgres'] as const

/** Doors that only tests may open. */
export const doorsOfTests = ['platform/testing', 'store/testing'] as const

/** Packages that one folder of the server keeps to itself, so that they can be replaced there. Tests are free. */
export const keptIn = {
  kysely: 'store',
  pg: 'store/postgres',
  'better-sqlite3': 'store/sqlite',
  undici: 'platform/egress',
  jsonata: 'platform/transform',
  re2js: 'platform/transform',
  saxes: 'platform/body',
  'prom-client': 'platform/metrics',
  liquidjs: 'flows/mapping',
  croner: 'flows/schedule',
  'quickjs-emscripten-core': 'platform/compute',
  '@cfworker/json-schema': 'platform/compute',
} as const
