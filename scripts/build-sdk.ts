// `npm run sdk`: makes of packages/sdk what its users install, JavaScript and types for Node 20 and newer and for browsers, and packs it. In the repository
// everybody reads its sources as they are, so `private` keeps the workspace itself from being published.
import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'packages/sdk')

/** Writes the package into a folder, which is made anew, and packs it there. Answers where the packed file is. */
export function buildSdk(folder: string): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [compiler, '-p', join(source, 'tsconfig.build.json'), '--outDir', folder], { stdio: 'inherit' })
  // The compiler renames imports in what runs only.
  for (const name of globSync('**/*.d.ts', { cwd: folder })) {
    const path = join(folder, name)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"))
  }
  const { private: _, exports: doors, ...about } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest
  const built = { ...about, description: 'The client of Posthorn, and what signs and verifies its webhooks.', exports: builtDoors(doors) }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(built, null, 2)}\n`)
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  // The pages that it links to stay here.
  const page = readFileSync(join(root, 'docs/sdk.md'), 'utf8').replaceAll(/\[([^\]]*)\]\((?!#)[^)]*\)/g, '$1')
  writeFileSync(join(folder, 'README.md'), page)
  const packed = execFileSync('npm', ['pack', '--json', '--loglevel=error'], { cwd: folder, encoding: 'utf8' })
  return join(folder, (JSON.parse(packed) as { filename: string }[])[0]!.filename)
}

interface Manifest {
  readonly private: true
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** For each door of the sources, and each condition that it has, the files made of it. */
function builtDoors(doors: Manifest['exports']): object {
  const made = (path: string) => ({
    types: path.replace(/^\.\/src\/(.*)\.ts$/, './$1.d.ts'),
    default: path.replace(/^\.\/src\/(.*)\.ts$/, './$1.js'),
  })
  const conditions = (door: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(door).map(([name, path]) => [name, made(path)]))
  return Object.fromEntries(Object.entries(doors).map(([name, door]) => [name, conditions(door)]))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(`The sdk is packed: ${buildSdk(join(source, 'dist'))}`)
