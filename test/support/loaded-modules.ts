import { fork } from 'node:child_process'
import { Worker } from 'node:worker_threads'

/** Tells the parent of each file that a child or a thread loads, before it loads it. */
const hook = `import { registerHooks } from 'node:module'
import { parentPort } from 'node:worker_threads'
const tell = parentPort ? (word) => parentPort.postMessage(word) : process.send?.bind(process)
registerHooks({ load(url, context, next) { tell?.({ kind: 'loaded', url }); return next(url, context) } })`
const loadHook = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`]

const flags = ['--permission', '--allow-fs-read=*', '--allow-worker', '--no-warnings', ...loadHook]

interface Loaded {
  readonly packages: readonly string[]
  readonly files: readonly string[]
}

/** What the program of a child process loads until it is ready: packages by their names, our own files by their paths in the server's source. */
export async function loadedModules(program: string): Promise<Loaded> {
  const urls: string[] = []
  const child = fork(program, [], { env: {}, execArgv: flags, serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message: { kind: string; url?: string }) => (message.kind === 'ready' ? resolve() : void urls.push(message.url!)))
    child.on('exit', (code) => reject(new Error(`the program ended with ${code}`)))
  })
  child.kill('SIGKILL')
  return sorted(urls)
}

/** The same of the program of a thread, until it says anything. */
export async function loadedByThread(program: string, workerData: object): Promise<Loaded> {
  const urls: string[] = []
  const thread = new Worker(program, { execArgv: [...process.execArgv, ...loadHook], workerData })
  await new Promise<void>((resolve, reject) => {
    thread.on('message', (message: { kind: string; url?: string }) =>
      message.kind === 'loaded' ? void urls.push(message.url!) : resolve(),
    )
    thread.on('error', reject)
  })
  await thread.terminate()
  return sorted(urls)
}

function sorted(urls: readonly string[]): Loaded {
  const found = (pattern: RegExp) => [...new Set(urls.flatMap((url) => pattern.exec(url)?.[1] ?? []))].toSorted()
  return {
    packages: found(/\/node_modules\/((?:@[^/]+\/)?[^/]+)/).concat(found(/\/packages\/(?!server\/)([^/]+)\/src\//)),
    files: found(/\/packages\/server\/src\/(.+)$/),
  }
}
