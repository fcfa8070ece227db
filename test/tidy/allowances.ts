import type { Allowances } from './growth.ts'

// What was too large when the rule was made. It shrinks: what is split is taken from here, and nothing is added.

export const allowedFunctions: Allowances = {
  'packages/server/src/ingest/http/public-server.ts createPublicServer': 84,
}

export const allowedFiles: Allowances = {}

export const allowedFolders: Allowances = {}
