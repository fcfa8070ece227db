import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { type Cluster, startPostgres } from './postgres-cluster.ts'

/**
 * One PostgreSQL cluster for a test run, owned by the runner because workers come and go, and started when the first test asks for
 * it: a run of unit tests does not pay for it. A socket in a private folder tells its URL, since what is provided must be known now.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Tests that start the program start what is shipped, not what was built before the last change of the sources.
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/build-program.mjs', import.meta.url))])
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-tests-'))
  const path = join(folder, 'postgres')
  let cluster: Promise<Cluster> | undefined
  const server = createServer((socket) => {
    cluster ??= startPostgres()
    cluster.then(
      ({ url }) => socket.end(url),
      (error: Error) => socket.end(error.message),
    )
  }).listen(path)
  await once(server, 'listening')
  project.provide('postgresSocket', path)
  return async () => {
    server.close()
    await cluster?.then(
      (started) => started.stop(),
      () => {},
    )
    rmSync(folder, { recursive: true, force: true })
  }
}
