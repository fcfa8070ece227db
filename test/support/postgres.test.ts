import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterEach, expect, test } from 'vitest'
import { type Cluster, emptyDatabase, freshDatabase, startPostgres } from './postgres.ts'

const clusterModule = fileURLToPath(new URL('./postgres-cluster.ts', import.meta.url))
const open: Cluster[] = []
afterEach(async () => {
  for (const cluster of open.splice(0)) await cluster.stop()
})

async function query(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return Object.values((await client.query(sql)).rows[0] ?? {})[0]
  } finally {
    await client.end()
  }
}

test.each([emptyDatabase, freshDatabase])('gives every caller a database of its own that sorts by code points', async (make) => {
  const [one, two] = await Promise.all([make(), make()])
  await query(one.url, 'CREATE TABLE only_here (id int)')
  expect(await query(two.url, "SELECT to_regclass('only_here')")).toBe(null)
  expect(await query(one.url, 'SELECT datcollate FROM pg_database WHERE datname = current_database()')).toBe('C')
  const isMigrated = make === freshDatabase
  expect(await query(one.url, "SELECT to_regclass('store_key') IS NOT NULL")).toBe(isMigrated)
  await Promise.all([one.drop(), two.drop()])
  await expect(query(one.url, 'SELECT 1')).rejects.toThrow('does not exist')
})

test('keeps what was committed through a hard kill and a restart, and syncs it', async () => {
  const cluster = await startPostgres()
  open.push(cluster)
  expect(await query(cluster.url, 'SHOW fsync')).toBe('on')
  await query(cluster.url, 'CREATE TABLE kept AS SELECT 7 AS value')
  await cluster.killHard()
  await expect(query(cluster.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
  await cluster.restart()
  expect(await query(cluster.url, 'SELECT value FROM kept')).toBe(7)
  await cluster.restart()
  expect(await query(cluster.url, 'SELECT value FROM kept')).toBe(7)
})

test('ends the cluster and removes its data when the process that started it is killed', async () => {
  const program = `const { startPostgres } = await import(process.argv[1]); console.log((await startPostgres()).url); setInterval(() => {}, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module', '-e', program, clusterModule], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [url] = (await once(createInterface(owner.stdout), 'line')) as [string]
  const folder = String(await query(url, 'SHOW data_directory'))
  expect(existsSync(folder)).toBe(true)
  const watcher = new Client({ connectionString: url })
  watcher.on('error', () => {})
  await watcher.connect()
  const disconnected = new Promise<void>((resolve) => watcher.on('end', () => resolve()))
  owner.kill('SIGKILL')
  await disconnected
  await expect.poll(() => existsSync(folder)).toBe(false)
})
