import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, copyFileSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './product.ts'

const peers = fileURLToPath(new URL('./peers/', import.meta.url))
const program = join(peers, 'node_modules/node-red/red.js')
const READY_MS = 60_000

/** How it is installed, where it is not: the bench never installs anything by itself. */
export const nodeRedInstall = 'npm ci --ignore-scripts --prefix bench/peers'

export interface NodeRed extends AsyncDisposable {
  readonly version: string
  readonly port: number
  /** Where its flow answers. */
  readonly path: string
}

/** Node-RED as it comes, with one flow that does what ours does, and keeps nothing. Undefined: it is not installed. */
export async function startNodeRed(): Promise<NodeRed | undefined> {
  if (!existsSync(program)) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-node-red-'))
  const port = await freePort()
  copyFileSync(join(peers, 'node-red-flow.json'), join(folder, 'flows.json'))
  writeFileSync(
    join(folder, 'settings.js'),
    `module.exports = { flowFile: 'flows.json', uiHost: '127.0.0.1', uiPort: ${port}, logging: { console: { level: 'warn' } } }`,
  )
  const logPath = join(folder, 'node-red.log')
  const log = openSync(logPath, 'a')
  const child = spawn(process.execPath, [program, '--userDir', folder], { cwd: folder, stdio: ['ignore', log, log] })
  closeSync(log)
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  const deadline = performance.now() + READY_MS
  while (!(await answers(port))) {
    if (child.exitCode === null && performance.now() < deadline) {
      await wait(20)
      continue
    }
    const said = readFileSync(logPath, 'utf8').slice(-4000)
    await stop()
    throw new Error(`Node-RED did not get ready:\n${said}`)
  }
  const { version } = JSON.parse(readFileSync(join(peers, 'node_modules/node-red/package.json'), 'utf8')) as { version: string }
  return { version, port, path: '/bench', [Symbol.asyncDispose]: stop }
}

/** Its flow is there some time after its port. */
async function answers(port: number): Promise<boolean> {
  const body = JSON.stringify({ n: '1', data: 'xx' })
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
  const answer = await fetch(`http://127.0.0.1:${port}/bench`, init).catch(() => undefined)
  return answer?.status === 201 && ((await answer.json()) as { n?: string }).n === '1'
}
