// `npm run package`: what its users install, in one file for npm. In it are the program and the console as they are built, and the data
// that stands beside the sources, each at its own place, because the program looks for it there.
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** What the built program asks for when it runs; see `scripts/build-program.mjs`, and `createRequire` in packages/server. */
const INSTALLED = ['@jitl/quickjs-wasmfile-release-sync', 'better-sqlite3', 'quickjs-emscripten-core', 'undici', 'yaml']

/** Writes the package into a folder, which is made anew, and packs it there. Answers where the packed file is. */
export function buildPackage(folder: string): string {
  rmSync(folder, { recursive: true, force: true })
  const build = /\w{12}/.exec(readFileSync(join(root, 'packages/cli/dist/current.js'), 'utf8'))![0]
  const files = [
    'LICENSE',
    'CHANGELOG.md',
    'packages/cli/bin/posthorn.mjs',
    'packages/cli/dist/current.js',
    'packages/cli/package.json',
    'packages/server/package.json',
  ]
  const folders = [`packages/cli/dist/${build}`, 'packages/console/dist', ...globSync('packages/server/src/**/catalogue', { cwd: root })]
  for (const path of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    copyFileSync(join(root, path), join(folder, path))
  }
  for (const path of folders) cpSync(join(root, path), join(folder, path), { recursive: true })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)
  writeFileSync(join(folder, 'README.md'), readme())
  writeFileSync(join(folder, 'NOTICE'), notice())
  const packed = execFileSync('npm', ['pack', '--json', '--loglevel=error'], { cwd: folder, encoding: 'utf8' })
  return join(folder, (JSON.parse(packed) as { filename: string }[])[0]!.filename)
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly engines: object
  readonly dependencies: Readonly<Record<string, string>>
}

function manifest(): object {
  const { name, version, description, license } = read<Manifest>('package.json')
  const { engines, dependencies } = read<Manifest>('packages/server/package.json')
  return {
    ...{ name, version, description, license, type: 'module', engines },
    bin: { posthorn: 'packages/cli/bin/posthorn.mjs' },
    dependencies: Object.fromEntries(INSTALLED.map((wanted) => [wanted, dependencies[wanted]])),
  }
}

function readme(): string {
  const { version } = read<Manifest>('package.json')
  return `# Posthorn

A self-hosted webhook platform: webhooks come in through listeners that verify their senders, flows run, answers go back, and webhooks go out,
signed and retried. One process with SQLite inside, or any number of them on PostgreSQL.

\`\`\`bash
posthorn serve --dev     # for trying out: http://localhost:8400, data in ./posthorn-data
posthorn serve --help    # all settings
posthorn --help          # all commands
\`\`\`

It runs on Node ${read<{ engines: { node: string } }>('packages/server/package.json').engines.node}; where there is an older one, \`npx -p node@26 -p ./posthorn-${version}.tgz posthorn serve\` brings it along.
`
}

/** What others wrote and the files above hold: their licences ask to be handed on. */
function notice(): string {
  const { packages } = read<{ packages: Record<string, { dev?: boolean; optional?: boolean; link?: boolean; license?: string }> }>(
    'package-lock.json',
  )
  const others = Object.entries(packages)
    .filter(([path, entry]) => path.startsWith('node_modules/') && !entry.dev && !entry.optional && !entry.link)
    .map(([path, { license }]) => licenceOf(path, license))
  return `# Notices\n\nPosthorn is built from, or with, these packages.\n\n${others.join('\n')}`
}

function licenceOf(path: string, license = 'see its package'): string {
  const texts = readdirSync(join(root, path)).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name))
  const said = texts.map((name) => `\n\`\`\`text\n${readFileSync(join(root, path, name), 'utf8').trim()}\n\`\`\`\n`)
  return `## ${path.slice('node_modules/'.length)} (${license})\n${said.join('')}`
}

function read<Shape>(path: string): Shape {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Shape
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(`Posthorn is packed: ${buildPackage(join(root, 'dist'))}`)
