// `npm test`: the static checks side by side, then every test. The last line is `N passed, N failed`, counted by the test runner,
// where a static check that fails, or an error outside of any test, is one more that failed. Arguments go to the test runner: `npm test -- packages/sdk`.
// Plain JavaScript, since the machine's own Node may start it; everything it starts runs on the pinned Node.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const path = [join(modules, 'node', 'bin'), join(modules, '.bin'), process.env.PATH].join(delimiter)
const env = { ...process.env, PATH: path, ...(!process.stdout.isTTY && { NO_COLOR: '1' }) }

// The linter is given its files by name: where no .gitignore guides it, it walks into node_modules.
const folders = ['packages', 'test', 'scripts', 'bench', 'examples'].filter((folder) => existsSync(join(root, folder)))
const sources = [...folders, ...readdirSync(root).filter((name) => name.endsWith('.ts'))]
// One after the other the types are checked in two thirds of the processor time: side by side, each checker learns the same types anew.
const types = ['tsc', '--checkers', '1', '-p']
const checks = [
  { name: 'format', command: ['oxfmt', '--check'], cure: 'Run "npm run format".' },
  { name: 'types', command: [...types, '.'] },
  { name: 'types of the console', command: [...types, 'packages/console'] },
  { name: 'lint', command: ['oxlint', '--quiet', ...sources] },
  { name: 'dead code', command: ['knip', '--no-progress', '--no-config-hints'] },
]

/** More files than this do not fail by chance. */
const AGAIN_MAX = 3

/** Runs a command on the pinned Node; answers with its exit code and, unless it is shown while it runs, what it printed. */
function run([command, ...args], { shown = false, more = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...env, ...more },
      stdio: ['ignore', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe'],
    })
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (text) => (output += text))
    child.stderr?.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', (error) => resolve({ code: 1, output: String(error) }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

async function staticChecks() {
  const outcomes = await Promise.all(checks.map(async (check) => ({ ...check, ...(await run(check.command)) })))
  const failed = outcomes.filter(({ code }) => code !== 0)
  for (const { name, output, cure } of failed) console.log(`\n--- ${name} ---\n${output.trim()}\n${cure ?? ''}`)
  return failed.map(({ name }) => name)
}

/** One run of the test runner: its exit code, each file with what became of its tests, and how many errors came outside of any test. */
async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-test-report-'))
  const report = join(folder, 'report.json')
  try {
    const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts/test-report.mjs')}`]
    const { code } = await run(['vitest', 'run', ...reporters, ...args], { shown: true, more: { POSTHORN_TEST_REPORT: report } })
    return { code, ...(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { files: [], errorsOutside: 0 }) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * All tests. A few files that failed are run once more, alone: this machine may be shared, and what fails only then is told from what is
 * broken. Both outcomes are printed, and a test that needed it is a fault to be mended, of the test or of what it found. An error outside
 * of any test belongs to no file that could be run once more: it stands.
 */
async function tests(args) {
  const first = await runTests(args)
  const broken = first.files.filter(({ failed }) => failed > 0)
  if (broken.length === 0 || broken.length > AGAIN_MAX || first.errorsOutside > 0) return { ...first, again: [] }
  console.log(`\n${broken.length} of ${first.files.length} files failed and are run once more, alone:`)
  const names = broken.map(({ name }) => name)
  const second = await runTests(['--maxWorkers=1', ...names])
  const files = first.files.filter(({ name }) => !names.includes(name)).concat(second.files)
  return { ...second, files, again: second.code === 0 ? names : [] }
}

if (!existsSync(join(modules, 'node', 'bin'))) {
  console.error('Posthorn: the packages are not installed. Run "npm test", which installs them first.')
  process.exit(1)
}
const startedAt = Date.now()
const failedChecks = await staticChecks()
const checkedAt = Date.now()
const { code, files, errorsOutside, again } = await tests(process.argv.slice(2))
const sum = (what) => files.reduce((total, file) => total + file[what], 0)
const [passed, skipped, failedTests] = [sum('passed'), sum('skipped'), sum('failed')]
const failed = failedTests + failedChecks.length + errorsOutside
const seconds = (from, to) => `${Math.round((to - from) / 1000)} s`
console.log(`\nStatic checks took ${seconds(startedAt, checkedAt)}, tests ${seconds(checkedAt, Date.now())}.`)
if (failedChecks.length > 0) console.log(`Failed: ${failedChecks.join(', ')}; see above.`)
for (const name of again) console.log(`Passed only when run once more, alone: ${relative(root, name)}`)
if (errorsOutside > 0 || (code !== 0 && failedTests === 0)) console.log('The test runner failed outside of any test; see above.')
if (passed + failedTests === 0) console.log('No test ran.')
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = code !== 0 || failed > 0 || passed === 0 ? 1 : 0
