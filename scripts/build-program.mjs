// Builds the program: a thousand TypeScript files and the libraries they use become some forty JavaScript files, which load in half the
// processor time of the sources, on every start and in every thread and child. `packages/cli/dist/<hash of what it is made of>/` is
// never changed once it is there, so whoever runs from it goes on undisturbed; `dist/current.js` names the newest.
// Plain JavaScript, as `setup.mjs` is, which asks `isProgramBuilt` on the machine's own Node.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashOf } from './hash-of.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'packages/cli/dist')
const current = join(dist, 'current.js')
const parts = ['cli', 'contract', 'sdk', 'server'].flatMap((name) => [`packages/${name}/package.json`, `packages/${name}/src`])
const kept = 3

const bundleName = () => hashOf(root, [...parts, 'package-lock.json', 'scripts/build-program.mjs']).slice(0, 12)
const pointer = (name) => `import './${name}/posthorn.js'\n`

/** A part of the repository may stand alone, without the program. */
const hasProgram = existsSync(join(root, 'packages/cli/src'))

export function isProgramBuilt() {
  return !hasProgram || isBuilt(bundleName())
}

function isBuilt(name) {
  return existsSync(current) && readFileSync(current, 'utf8') === pointer(name) && existsSync(join(dist, name))
}

/** What starts in a thread or a process of its own is found by its name beside the program; see `programBeside`. */
function entries() {
  const own = readdirSync(join(root, 'packages/server/src'), { recursive: true })
    .filter((file) => /-(process|thread)\.ts$/.test(file) && !basename(file).startsWith('trial-'))
    .map((file) => join('packages/server/src', file))
  return Object.fromEntries(['packages/cli/src/posthorn.ts', ...own].map((file) => [basename(file, '.ts'), join(root, file)]))
}

/** Catalogues and the console are files beside the sources: a module goes on to say where its own source stands. */
const sourceUrls = {
  name: 'source-urls',
  transform(code, file) {
    if (!code.includes('import.meta.url')) return undefined
    const source = `../../../../${relative(root, file).split(sep).join('/')}`
    return { code: code.replaceAll('import.meta.url', `new URL('${source}', import.meta.url).href`), map: null }
  },
}

async function build(name) {
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({
    input: entries(),
    platform: 'node',
    plugins: [sourceUrls],
    // The first two bring files that are no JavaScript; the last one is asked for by `pg` where somebody has installed it.
    external: [/^better-sqlite3/, /^@jitl\/quickjs/, /^quickjs-emscripten-core/, 'pg-native'],
  })
  const draft = join(dist, `${name}.${process.pid}`)
  await bundle.write({ dir: draft, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' })
  await bundle.close()
  if (existsSync(join(dist, name))) rmSync(draft, { recursive: true })
  else renameSync(draft, join(dist, name))
  writeFileSync(`${current}.${process.pid}`, pointer(name))
  renameSync(`${current}.${process.pid}`, current)
}

/** Those that a process holds (`packages/cli/bin/posthorn.mjs`) stay, and of the others the youngest: a command may just run from one. */
export function removeOld(folder, name) {
  const madeAt = (entry) => statSync(join(folder, entry.name)).mtimeMs
  const entries = readdirSync(folder, { withFileTypes: true })
  const held = new Set(entries.flatMap((entry) => heldBy(folder, entry) ?? []))
  const others = entries.filter((entry) => entry.isDirectory() && entry.name !== name && !held.has(entry.name))
  for (const entry of others.toSorted((a, b) => madeAt(b) - madeAt(a)).slice(kept))
    rmSync(join(folder, entry.name), { recursive: true, force: true })
}

/** The build that is held. The mark of a process that was killed goes. */
function heldBy(folder, entry) {
  const [, build, pid] = /^(\w+)\.held\.(\d+)$/.exec(entry.name) ?? []
  if (build === undefined) return undefined
  if (isAlive(Number(pid))) return build
  rmSync(join(folder, entry.name), { force: true })
  return undefined
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's.
    return error.code === 'EPERM'
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const name = bundleName()
  if (!isBuilt(name)) {
    mkdirSync(dist, { recursive: true })
    await build(name)
    removeOld(dist, name)
  }
}
