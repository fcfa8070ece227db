// `npm run test:console`: the checks of the console in their long form: every page in both themes at every width and in its other states, a
// list of 100,000 rows, two hundred requests a second for a minute. Arguments go to the test runner.
import { spawn } from 'node:child_process'

const command = ['run', 'test/console', 'packages/console', '--maxWorkers=1', '--reporter=default', ...process.argv.slice(2)]
const child = spawn('vitest', command, { stdio: 'inherit', env: { ...process.env, POSTHORN_TEST_CONSOLE: 'all' } })
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
child.on('close', (code) => (process.exitCode = code ?? 1))
