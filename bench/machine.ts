import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'

/** Where and when the figures were made: without it they mean nothing. */
export function describeMachine(postgresVersion: string | undefined): readonly (readonly [string, string])[] {
  return [
    ['Date', new Date().toISOString().slice(0, 16).replace('T', ' ') + ' UTC'],
    ['Processor', `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`],
    ['Memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['System', `${process.platform} ${release()}`],
    ['Node', process.version],
    ['better-sqlite3', versionOf('better-sqlite3')],
    ['PostgreSQL', postgresVersion ?? 'not measured'],
  ]
}

function versionOf(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8'))
  return (manifest as { version: string }).version
}
