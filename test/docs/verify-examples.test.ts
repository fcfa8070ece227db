import { execFile, type ExecFileException } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { verifyCases, type VerifyCase } from '../../packages/sdk/test-data/verify-cases.ts'
import { codeBlocks, readPage, root } from './markdown.ts'

const examples = join(root, 'examples/verify')
const drivers = join(root, 'test/docs/verify-drivers')
const work = mkdtempSync(join(tmpdir(), 'posthorn-verify-'))
const ran: string[] = []
afterAll(() => rmSync(work, { recursive: true, force: true }))

interface Language {
  readonly files: readonly [string, string]
  /** Programs of the machine without which it cannot be run; any one of a row will do. */
  readonly needs: readonly string[]
  /** Builds what is to be built in `folder`, and says how the driver is started. */
  readonly prepare: (folder: string) => Promise<readonly string[]>
}

const here = (name: string) => join(examples, name)
/** Kept from run to run: building the crates takes far longer than all else. */
const cargoTarget = join(root, 'node_modules/.cache/posthorn-verify-rust')
const languages: Readonly<Record<string, Language>> = {
  javascript: {
    files: ['standard.mjs', 'hex.mjs'],
    needs: [],
    prepare: async () => [process.execPath, join(drivers, 'javascript.mjs'), here('javascript')],
  },
  python: {
    files: ['standard.py', 'hex.py'],
    needs: ['python3'],
    prepare: async () => ['python3', join(drivers, 'python.py'), here('python')],
  },
  ruby: {
    files: ['standard.rb', 'hex.rb'],
    needs: ['ruby'],
    prepare: async () => ['ruby', join(drivers, 'ruby.rb'), here('ruby')],
  },
  php: {
    files: ['standard.php', 'hex.php'],
    needs: ['php'],
    prepare: async () => ['php', join(drivers, 'php.php'), here('php')],
  },
  go: {
    files: ['standard.go', 'hex.go'],
    needs: ['go'],
    async prepare(folder) {
      mkdirSync(join(folder, 'webhook'))
      for (const file of this.files) copyFileSync(here(`go/${file}`), join(folder, 'webhook', file))
      copyFileSync(join(drivers, 'go.txt'), join(folder, 'main.go'))
      writeFileSync(join(folder, 'go.mod'), 'module example\n\ngo 1.21\n')
      await run(['go', 'build', '-o', 'driver', '.'], { folder })
      return [join(folder, 'driver')]
    },
  },
  java: {
    files: ['StandardWebhook.java', 'HexWebhook.java'],
    needs: ['javac'],
    async prepare(folder) {
      const sources = [...this.files.map((file) => here(`java/${file}`)), join(drivers, 'Driver.java')]
      await run(['javac', '-Xlint:all', '-Werror', '-d', folder, ...sources], { folder })
      return ['java', '-cp', folder, 'Driver']
    },
  },
  csharp: {
    files: ['StandardWebhook.cs', 'HexWebhook.cs'],
    needs: ['dotnet', 'mcs'],
    async prepare(folder) {
      const sources = [...this.files.map((file) => here(`csharp/${file}`)), join(drivers, 'Driver.cs')]
      if (!isThere('dotnet')) {
        await run(['mcs', '-warnaserror', '-out:driver.exe', ...sources], { folder })
        return ['mono', join(folder, 'driver.exe')]
      }
      const { output: version } = await run(['dotnet', '--version'], { folder })
      for (const source of sources) copyFileSync(source, join(folder, source.split('/').at(-1)!))
      const project = `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net${version.split('.')[0]}.0</TargetFramework></PropertyGroup></Project>`
      writeFileSync(join(folder, 'driver.csproj'), project)
      await run(['dotnet', 'build', '-o', 'out'], { folder })
      return ['dotnet', join(folder, 'out/driver.dll')]
    },
  },
  rust: {
    files: ['src/standard.rs', 'src/hex.rs'],
    needs: ['cargo'],
    async prepare(folder) {
      mkdirSync(join(folder, 'src'))
      for (const file of ['Cargo.toml', 'Cargo.lock', ...this.files]) copyFileSync(here(`rust/${file}`), join(folder, file))
      copyFileSync(join(drivers, 'rust.rs'), join(folder, 'src/main.rs'))
      // Offline: the tests call nobody, so its crates have to be on the machine already.
      await run(['cargo', 'build', '--quiet', '--offline', '--locked'], { folder })
      return [join(cargoTarget, 'debug/verify')]
    },
  },
  shell: {
    files: ['standard.sh', 'hex.sh'],
    needs: ['openssl'],
    prepare: async () => ['bash', join(drivers, 'shell.sh'), here('shell')],
  },
}

interface Line {
  readonly title: string
  readonly fits: boolean
  readonly text: string
}

/** The cases that a plain function over one secret has to tell right, as lines for the drivers. */
const lines = verifyCases.filter(({ respelt }) => !respelt).flatMap(lineOf)

function lineOf({ title, code, input }: VerifyCase): Line[] {
  const { profile, secrets, headers, nowSeconds, toleranceSeconds, body } = input
  const [secret, ...others] = secrets
  if (secret === undefined || others.length > 0 || /^wh[ps]k_/.test(secret)) return []
  if (typeof profile !== 'string' || Number.isNaN(nowSeconds) || toleranceSeconds !== undefined) return []
  // That only so many signatures are looked at is a protection of servers that anybody may call.
  if (title.endsWith('place 33')) return []
  const family = profile === 'standard' ? 'webhook' : profile
  const prefix = profile === 'hex' ? 'x-webhook' : family
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  const values = ['id', 'timestamp', 'signature'].map((name) => lower[`${prefix}-${name}`] ?? '')
  if (values.some((value) => typeof value !== 'string')) return []
  // Node joins what is given twice, and so do most servers; then nothing fits.
  if (Object.keys(headers).length !== Object.keys(lower).length) return []
  const fields = [family, secret, ...(values as string[]), String(nowSeconds), body]
  return [{ title, fits: code === 'ok', text: fields.map((field) => `.${Buffer.from(field).toString('base64')}`).join(' ') }]
}

interface Ended {
  readonly error: ExecFileException | null
  readonly output: string
}

function run([program, ...args]: readonly string[], { folder = work, input = '' } = {}): Promise<Ended> {
  const env = {
    ...process.env,
    GOPROXY: 'off',
    GOFLAGS: '-mod=mod',
    CARGO_TARGET_DIR: cargoTarget,
    DOTNET_CLI_TELEMETRY_OPTOUT: '1',
    DOTNET_NOLOGO: '1',
  }
  return new Promise((resolve, reject) => {
    const child = execFile(program!, args, { cwd: folder, env, maxBuffer: 1 << 24 }, (error, out, err) => {
      if (error && input === '') reject(new Error(`${program} ${args.join(' ')}\n${out}${err}`))
      else resolve({ error, output: out })
    })
    child.stdin!.end(input)
  })
}

function isThere(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}

/** What cargo says where it is there and the crates are not; anything else that fails is a failure. */
const cratesMissing = (error: unknown) => /no matching package|failed to (?:get|download|select)|unable to update/i.test(String(error))

test('the cases hold all vectors of one symmetric secret, both header families, and the hex profile', () => {
  expect(lines.filter(({ fits }) => fits).length).toBeGreaterThanOrEqual(12)
  expect(lines.filter(({ fits }) => !fits).length).toBeGreaterThanOrEqual(35)
  const titles = lines.map(({ title }) => title)
  for (const title of ['vector V1', 'vector V2', 'the svix profile', 'the hex profile', 'a clock 301 s off', '1,000 signatures'])
    expect(titles).toContain(title)
})

test.for(Object.entries(languages))(
  'R68, R69: the functions in %s tell right from wrong for every vector and every row of the table',
  { timeout: 600_000 },
  async ([name, language], { skip }) => {
    const { needs } = language
    skip(needs.length > 0 && !needs.some(isThere), `this machine has no ${needs.join(' and no ')}`)
    const folder = join(work, name)
    mkdirSync(folder)
    const started = await language.prepare(folder).catch((error: unknown) => {
      skip(cratesMissing(error), 'its crates are not on this machine')
      throw error
    })
    const { output } = await run(started, { input: `${lines.map(({ text }) => text).join('\n')}\n` })
    const said = output.trim().split('\n')
    expect(said.map((word, i) => `${lines[i]?.title}: ${word === 'verified'}`)).toEqual(lines.map(({ title, fits }) => `${title}: ${fits}`))
    ran.push(name)
  },
)

test('says in which languages it ran', () => {
  const others = Object.keys(languages).filter((name) => !ran.includes(name))
  const missing = others.length > 0 ? `; not on this machine: ${others.join(', ')}` : ''
  process.stdout.write(`Receivers' functions verified in ${ran.join(', ')}${missing}.\n`)
  expect(ran).toContain('javascript')
})

// That what it shows is what the files hold, test/tidy/documents.test.ts sees.
test('docs/receiving.md shows each of these files', () => {
  const shown = codeBlocks(readPage('docs/receiving.md')).map(({ marker }) => marker)
  const files = Object.entries(languages).flatMap(([name, { files }]) => files.map((file) => `examples/verify/${name}/${file}`))
  expect(shown.filter((marker) => marker.startsWith('examples/'))).toEqual(expect.arrayContaining(files))
  expect(readdirSync(examples).sort()).toEqual(Object.keys(languages).sort())
})
