// `npm run lockfile`, after `npm install`, when the tidy test asks for it. npm leaves out of package-lock.json the optional packages
// of other platforms that the registry in use does not carry, and `npm ci` then refuses the lockfile everywhere. Their versions are
// pinned by the packages that want them and their platform is in their name, so they can be written down without being fetched.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface LockEntry {
  readonly version?: string
  readonly dev?: boolean
  readonly optional?: boolean
  readonly cpu?: readonly string[]
  readonly os?: readonly string[]
  readonly libc?: readonly string[]
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface Lockfile {
  packages: Record<string, LockEntry>
}

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url))
const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64']
const libraries: Readonly<Record<string, string>> = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' }

/** Optional packages that some package wants and the lockfile does not have, as [path, entry]. */
export function missingEntries(lock: Lockfile): [string, LockEntry][] {
  return Object.entries(lock.packages).flatMap(([parent, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !lock.packages[`${parent}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`])
      .map(([name, version]): [string, LockEntry] => [`node_modules/${name}`, entryFor(name, version, dev)]),
  )
}

function entryFor(name: string, version: string, dev = false): LockEntry {
  const words = name.split(/[-/]/)
  const libc = words.flatMap((word) => libraries[word] ?? [])
  const cpu = words.filter((word) => processors.includes(word))
  const os = words.map((word) => (word === 'windows' ? 'win32' : word)).filter((word) => systems.includes(word))
  return {
    // Most are pinned. Of a range it is the least: a range is no version, and npm would miss the package.
    version: version.replace(/^[\^~]/, ''),
    // An empty list would fit every platform.
    ...(cpu.length > 0 && { cpu }),
    ...(dev && { dev }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(path, 'utf8')) as Lockfile
  const added = missingEntries(lock)
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(added) })
  lock.packages = Object.fromEntries(packages.sort(([one], [other]) => one.localeCompare(other, 'en')))
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`package-lock.json: ${added.length} entries added.`)
}
