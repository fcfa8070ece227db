import type { Allowances } from './growth.ts'

// What was too large when the rule was made. It shrinks: what is split is taken from here, and nothing is added.

export const allowedFunctions: Allowances = {
  'packages/server/src/delivery/lanes/holdings.ts createHoldings': 104,
  'packages/server/src/ingest/http/public-server.ts createPublicServer': 91,
  'packages/server/src/ingest/reply/waiters.ts createWaiters': 85,
  'packages/server/src/platform/egress/resolver.ts createResolver': 76,
}

export const allowedFiles: Allowances = {}

export const allowedFolders: Allowances = {}
