import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { createDatabase, startPostgres } from './postgres-cluster.ts'
import type { SharedCluster } from './postgres.ts'

/**
 * One PostgreSQL cluster for a test run, owned by the runner because workers come and go, and started when the first test asks for
 * it: a run of unit tests does not pay for it. A socket in a private folder tells its URL, since what is provided must be known now.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Tests that start the program start what is shipped, not what was built before the last change of the sources.
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/build-program.mjs', import.meta.url))])
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-tests-'))
  const path = join(folder, 'postgres')
  let shared: ReturnType<typeof share> | undefined
  const server = createServer((socket) => {
    shared ??= share()
    shared.then(
      ({ told }) => socket.end(JSON.stringify(told)),
      (error: Error) => socket.end(error.message),
    )
  }).listen(path)
  await once(server, 'listening')
  project.provide('postgresSocket', path)
  return async () => {
    server.close()
    await shared?.then(
      ({ stop }) => stop(),
      () => {},
    )
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The server that `POSTHORN_TEST_DATABASE_URL` names, else a cluster of our own, with a migrated database to copy from. */
async function share(): Promise<{ readonly told: SharedCluster; stop(): Promise<void> }> {
  const given = process.env['POSTHORN_TEST_DATABASE_URL']
  // No test lets its machine fail, so nothing needs to be on a disk: that is for clusters of their own.
  const cluster = given ? undefined : await startPostgres({ fsync: false })
  const url = given || cluster!.url
  try {
    const database = await createDatabase(url, 'template0')
    await migrate(database.url)
    const told = { url, migrated: new URL(database.url).pathname.slice(1) }
    return { told, stop: () => (cluster ? cluster.stop() : database.drop()) }
  } catch (error) {
    await cluster?.stop()
    throw error
  }
}

/** By a process of its own, so that a run which asks for no database loads no server. */
async function migrate(url: string): Promise<void> {
  const module = new URL('../../packages/server/src/store/postgres/migrate-postgres.ts', import.meta.url)
  const program = `const { migratePostgres } = await import(process.argv[1]); await migratePostgres({ url: process.argv[2], now: Date.now })`
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, module.href, url])
}
