import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { type Account, findPostgres, reachableBinaries, unprivilegedAccount } from './postgres-binaries.ts'

/** A PostgreSQL server of one's own, for tests that stop or crash it; what they show must hold on a real disk. Databases for all other tests come from `freshDatabase`. */
export interface Cluster {
  readonly url: string
  /** Ends it and removes its data. */
  stop(): Promise<void>
  /** Brings it (back) up on the same port and data, after an orderly shutdown or after `killHard`. */
  restart(): Promise<void>
  /** Ends the postmaster with SIGKILL, as a crash of the machine would; it stays down until `restart`. */
  killHard(): Promise<void>
  /** Stops all of its processes where they are: connections stand, and nobody answers. Until `thaw`. */
  freeze(): void
  thaw(): void
}

export interface FreshDatabase {
  readonly url: string
  drop(): Promise<void>
}

const startTimeoutMs = 60_000

/**
 * The shell between us and the postmaster: it waits for an order (a signal's name) on its standard input. When that closes,
 * because we said so or because we died of anything at all, it ends the server and removes the data.
 */
const guard = `
exec 3<&0
"$@" 3<&- & postmaster=$!
{ read -r order <&3; [ -n "$order" ] || : >discard; kill -s "\${order:-QUIT}" "$postmaster"; } 2>/dev/null & reader=$!
wait "$postmaster"
kill "$reader" 2>/dev/null
[ ! -e discard ] || rm -rf "$PWD"
`

interface Installation {
  readonly binaries: string
  readonly folder: string
  readonly account: Account | undefined
  readonly password: string
  readonly fsync: boolean
}

/** `fsync: false`: for whom no machine fails. */
export async function startPostgres({ fsync = true } = {}): Promise<Cluster> {
  const installation = install(fsync)
  let port = await freePort()
  let running = await start(installation, port)
  while (running === 'port taken') {
    port = await freePort()
    running = await start(installation, port)
  }
  let postmaster: ChildProcess | undefined = running
  const order = async (signal: 'INT' | 'KILL' | '') => {
    if (!postmaster) return
    const ended = once(postmaster, 'exit')
    postmaster.stdin?.end(signal && `${signal}\n`)
    await ended
    postmaster = undefined
  }
  return {
    url: `postgres://posthorn:${installation.password}@127.0.0.1:${port}/postgres`,
    async stop() {
      await order('')
      rmSync(installation.folder, { recursive: true, force: true })
    },
    async restart() {
      await order('INT')
      const restarted = await start(installation, port)
      if (restarted === 'port taken') throw new Error(`Port ${port} was taken by another process while PostgreSQL was down.`)
      postmaster = restarted
    },
    killHard: () => order('KILL'),
    freeze: () => signalAll(installation.folder, 'SIGSTOP'),
    thaw: () => signalAll(installation.folder, 'SIGCONT'),
  }
}

/** The postmaster first, so that it starts nobody meanwhile; then its children, which have process groups of their own. */
function signalAll(folder: string, signal: 'SIGSTOP' | 'SIGCONT'): void {
  const postmaster = readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n', 1)[0]!
  process.kill(Number(postmaster), signal)
  const children = spawnSync('pgrep', ['-P', postmaster], { encoding: 'utf8' }).stdout.split('\n')
  for (const child of children) if (child !== '') signalOne(Number(child), signal)
}

/** One that ended since it was listed needs no signal. */
function signalOne(child: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(child, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** A new data folder, owned by whom PostgreSQL runs as. A password, since other users of the machine can reach the port. */
function install(fsync: boolean): Installation {
  const account = unprivilegedAccount()
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-postgres-'))
  const password = randomBytes(16).toString('hex')
  writeFileSync(join(folder, 'password'), password, { mode: 0o600 })
  if (account) for (const path of [folder, join(folder, 'password')]) chownSync(path, account.uid, account.gid)
  const binaries = account ? reachableBinaries(findPostgres(), account, folder) : findPostgres()
  const words = ['-D', 'data', '-U', 'posthorn', '--pwfile=password', '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C', '--no-sync']
  const made = spawnSync(join(binaries, 'initdb'), words, { ...account, cwd: folder, encoding: 'utf8', env: { LC_ALL: 'C' } })
  if (made.status === 0) return { binaries, folder, account, password, fsync }
  rmSync(folder, { recursive: true, force: true })
  throw new Error(`initdb of ${binaries} failed: ${made.error?.message ?? made.stderr}`)
}

/** Starts the postmaster and waits until it takes connections. */
async function start(installation: Installation, port: number): Promise<ChildProcess | 'port taken'> {
  const deadline = performance.now() + startTimeoutMs
  for (;;) {
    const child = launch(installation, port)
    while (child.exitCode === null && !isReady(installation.folder)) await wait(10)
    if (child.exitCode === null) return child
    const log = logOf(installation.folder)
    if (/could not bind/.test(log)) return 'port taken'
    // After SIGKILL the postmaster's children need a moment to notice that it is gone.
    const passing = /still in use|still running|lock file/.test(log)
    if (!passing || performance.now() > deadline) throw new Error(`PostgreSQL did not start:\n${log}`)
    await wait(50)
  }
}

function launch({ binaries, folder, account, fsync }: Installation, port: number): ChildProcess {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    `fsync=${fsync ? 'on' : 'off'}`,
  ]
  const command = [join(binaries, 'postgres'), '-D', 'data', ...settings.flatMap((setting) => ['-c', setting])]
  const log = openSync(join(folder, 'log'), 'w')
  // In a process group of its own, so that Ctrl-C reaches the guard only as the end of its input.
  const child = spawn('sh', ['-c', guard, 'guard', ...command], {
    ...account,
    cwd: folder,
    detached: true,
    env: { LC_ALL: 'C', PATH: process.env['PATH'] },
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  child.stdin?.on('error', () => {})
  return child
}

/** The log begins anew with each start, so this line is about the present one. */
function isReady(folder: string): boolean {
  return logOf(folder).includes('database system is ready to accept connections')
}

function logOf(folder: string): string {
  return readFileSync(join(folder, 'log'), 'utf8')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** One that whoever asked for it drops, sorted by code points. */
export async function createDatabase(admin: string, template: string): Promise<FreshDatabase> {
  const name = `posthorn_test_${randomBytes(6).toString('hex')}`
  await statement(admin, `CREATE DATABASE ${name} TEMPLATE ${template} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`)
  const url = new URL(admin)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => statement(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

async function statement(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
