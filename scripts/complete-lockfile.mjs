// Run after `npm install` when the tidy test asks for it. npm leaves out of package-lock.json the optional packages of other
// platforms that the registry in use does not carry, and `npm ci` then refuses the lockfile everywhere. Their versions are pinned
// by the packages that want them and their platform is in their name, so they can be written down without being fetched.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url))
const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64']
const libraries = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' }

/** Optional packages that some package wants and the lockfile does not have, as [path, entry]. */
export function missingEntries(lock) {
  const found = []
  for (const [parent, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (lock.packages[`${parent}/node_modules/${name}`] || lock.packages[`node_modules/${name}`]) continue
      const words = name.split(/[-/]/)
      const pick = (known) => words.filter((word) => known.includes(word))
      const libc = pick(Object.keys(libraries)).map((word) => libraries[word])
      const entry = {
        version,
        cpu: pick(processors),
        ...(dev && { dev }),
        ...(libc.length > 0 && { libc }),
        optional: true,
        os: pick(systems),
      }
      found.push([`node_modules/${name}`, entry])
    }
  }
  return found
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(path, 'utf8'))
  const added = missingEntries(lock)
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(added) })
  lock.packages = Object.fromEntries(packages.sort(([a], [b]) => a.localeCompare(b, 'en')))
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`package-lock.json: ${added.length} entries added.`)
}
