import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { processorMs, threadsMs } from './processor.ts'

/** The program itself, as an operator runs it: a process of its own, set up and looked into through its API only. */
export interface Product {
  readonly port: number
  readonly pid: number
  /** From the spawn to the first 200 of `/readyz`. */
  readonly readyMs: number
  readonly headers: Readonly<Record<string, string>>
  request(method: string, path: string, body?: unknown): Promise<unknown>
  residentMb(): number
  /** Processor time so far, of all its threads: the figure that others on the machine disturb least. */
  processorMs(): number
  threadsMs(): ReadonlyMap<string, number>
  stop(): Promise<void>
  /** Starts a second life on the same data, after what is done to it between the two. */
  again(between?: (place: DataPlace) => Promise<void>, settings?: Settings): Promise<Product>
  /** What it wrote to its log in all its lives. */
  log(): string
}

/** Where the data of a program is. */
export interface DataPlace {
  readonly folder: string
  readonly databaseUrl: string | undefined
}

/** Of the program, by their names in the environment. */
type Settings = Readonly<Record<`POSTHORN_${string}`, string>>

export interface ProductOptions {
  /** PostgreSQL instead of the embedded store. */
  readonly databaseUrl?: string | undefined
  /** Of an earlier life; a new one if absent. */
  readonly folder?: string
  readonly settings?: Settings
  /** Another checkout whose program it is; absent: this one's. */
  readonly root?: string
}

const ownRoot = fileURLToPath(new URL('..', import.meta.url))
const apiKey = 'bench-key-that-is-long-enough-for-the-program'
const startTimeoutMs = 60_000
/** Of Node, for a closer look: `POSTHORN_BENCH_NODE_FLAGS="--cpu-prof --cpu-prof-dir=/tmp/profiles"`. */
const flags = process.env['POSTHORN_BENCH_NODE_FLAGS']?.split(' ') ?? []

/** A folder inside the repository, not in /tmp: on many machines that one lives in memory, where a sync costs nothing. */
function dataFolder(): string {
  const parent = join(ownRoot, 'posthorn-data')
  mkdirSync(parent, { recursive: true })
  return mkdtempSync(join(parent, 'bench-'))
}

export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const folder = options.folder ?? dataFolder()
  const port = await freePort()
  const logPath = join(folder, 'bench.log')
  const log = openSync(logPath, 'a')
  const startedAt = performance.now()
  const program = join(options.root ?? ownRoot, 'packages/cli/bin/posthorn.mjs')
  const child = spawn(process.execPath, [...flags, program, 'serve'], {
    // Not the repository, whose posthorn.yaml is somebody's own.
    cwd: folder,
    env: { ...environment(folder, port, options.databaseUrl), ...options.settings },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  try {
    await ready(child, port, logPath)
  } catch (error) {
    child.kill('SIGKILL')
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    throw error
  }
  const readyMs = performance.now() - startedAt
  const headers = { authorization: `Bearer ${apiKey}` }

  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  return {
    port,
    pid: child.pid!,
    readyMs,
    headers,
    async request(method, path, body) {
      const init = { method, headers: { ...headers, 'content-type': 'application/json' } }
      const response = await fetch(
        `http://127.0.0.1:${port}/api/v1${path}`,
        body === undefined ? init : { ...init, body: JSON.stringify(body) },
      )
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
      return text === '' ? undefined : (JSON.parse(text) as unknown)
    },
    residentMb: () => residentMb(child.pid!),
    processorMs: () => processorMs(child.pid!),
    threadsMs: () => threadsMs(child.pid!),
    async stop() {
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
    log: () => readFileSync(logPath, 'utf8'),
    async again(between, settings = {}) {
      await end()
      await between?.({ folder, databaseUrl: options.databaseUrl })
      return startProduct({ ...options, folder, settings })
    },
  }
}

function environment(folder: string, port: number, databaseUrl: string | undefined): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('POSTHORN_'))
  return {
    ...Object.fromEntries(own),
    POSTHORN_PORT: String(port),
    POSTHORN_DATA: folder,
    POSTHORN_API_KEY: apiKey,
    POSTHORN_ALLOW_HTTP: 'true',
    POSTHORN_EGRESS_ALLOW: '127.0.0.0/8',
    ...(databaseUrl !== undefined && { POSTHORN_DATABASE_URL: databaseUrl }),
  }
}

async function ready(child: ChildProcess, port: number, logPath: string): Promise<void> {
  const deadline = performance.now() + startTimeoutMs
  for (;;) {
    if (child.exitCode !== null || performance.now() > deadline) {
      throw new Error(`The program did not get ready:\n${readFileSync(logPath, 'utf8').slice(-4000)}`)
    }
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined)
    await answer?.arrayBuffer()
    // A program that has no such route is ready when it answers at all.
    if (answer?.ok || answer?.status === 404) return
    await wait(10)
  }
}

function residentMb(pid: number): number {
  const line = /VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1]) / 1024
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
