#!/usr/bin/env node
// Keeps compiled code beside the installation, as trusted as the code itself, so that later starts compile nothing. Where nothing can be
// written, all goes on without. Runs the program as `scripts/build-program.mjs` built it, or from its sources where nobody has.
import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/posthorn', import.meta.url)))
const built = new URL('../dist/current.js', import.meta.url)
await import(existsSync(built) ? built.href : '../src/posthorn.ts')
