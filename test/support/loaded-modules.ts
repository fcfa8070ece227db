import { fork } from 'node:child_process'

/** Tells the parent of each file that a child loads, before it loads it. */
const hook = `import { registerHooks } from 'node:module'
const child = process
registerHooks({ load(url, context, next) { child.send?.({ kind: 'loaded', url }); return next(url, context) } })`

const flags = [
  '--permission',
  '--allow-fs-read=*',
  '--allow-worker',
  '--no-warnings',
  '--import',
  `data:text/javascript,${encodeURIComponent(hook)}`,
]

/** What the program of a child process loads until it is ready: packages by their names, our own files by their paths in the server's source. */
export async function loadedModules(program: string): Promise<{ readonly packages: readonly string[]; readonly files: readonly string[] }> {
  const urls: string[] = []
  const child = fork(program, [], { env: {}, execArgv: flags, serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message: { kind: string; url?: string }) => (message.kind === 'ready' ? resolve() : void urls.push(message.url!)))
    child.on('exit', (code) => reject(new Error(`the program ended with ${code}`)))
  })
  child.kill('SIGKILL')
  const found = (pattern: RegExp) => [...new Set(urls.flatMap((url) => pattern.exec(url)?.[1] ?? []))].toSorted()
  return {
    packages: found(/\/node_modules\/((?:@[^/]+\/)?[^/]+)/).concat(found(/\/packages\/(?!server\/)([^/]+)\/src\//)),
    files: found(/\/packages\/server\/src\/(.+)$/),
  }
}
