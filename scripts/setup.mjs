// Installs what is missing and builds the program and its console, so that `npm start` and `npm test` work on a fresh clone: with `--tests` everything, otherwise only
// what the program needs. Plain JavaScript, because the machine's own Node (20 or newer) runs it before the pinned one is there.
// The lockfile is compared with npm's own record of what it installed, so a second start costs milliseconds.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isProgramBuilt } from './build-program.mjs'
import { hashOf } from './hash-of.mjs'

const oldestNode = 20
const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const lockPath = join(root, '.setup.lock')
const consoleParts = ['index.html', 'vite.config.ts', 'package.json', 'public', 'src']
  .map((part) => `packages/console/${part}`)
  .concat('packages/sdk/src')
const consoleMark = join(root, 'packages/console/dist/.built')
const lockBeatMs = 1_000
const lockStaleMs = 5_000

function packagesIn(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages
  } catch (error) {
    if (error.code === 'ENOENT') return {}
    throw error
  }
}

/** Names of the packages that the lockfile asks for and `node_modules` has not, or has in another version. */
function missing(withTests) {
  // npm writes this record last, and `npm ci` removes it first: an install that was cut off counts as no install.
  const installed = packagesIn(join(modules, '.package-lock.json'))
  const names = Object.entries(packagesIn(join(root, 'package-lock.json')))
    .filter(([path, wanted]) => {
      if (!path.startsWith('node_modules/') || wanted.optional || wanted.devOptional) return false
      if (wanted.dev && !withTests) return false
      const found = installed[path]
      return !found || found.version !== wanted.version || found.integrity !== wanted.integrity
    })
    .map(([path]) => path.slice('node_modules/'.length))
  if (!pinnedNode()) names.push('node')
  return names
}

/** The folder of the pinned Node, once it is installed. */
function pinnedNode() {
  const folder = join(modules, 'node', 'bin')
  return existsSync(join(folder, 'node')) || existsSync(join(folder, 'node.exe')) ? folder : undefined
}

/** Tests installed earlier stay installed when only the program is asked for. */
function hasTests() {
  return Object.values(packagesIn(join(modules, '.package-lock.json'))).some((entry) => entry.dev && !entry.optional)
}

/**
 * Scripts are left out and then run for those that package.json allows. npm would also build `better-sqlite3`, which brings its program
 * along and says so (`gypfile: false`), because a lockfile does not keep that word; its build asks for Node's headers, from elsewhere.
 */
async function installAll(withTests) {
  // Asked in this order: `npm ci` takes the pinned Node away first.
  const [, installed] = await Promise.all([
    fetchPinnedNode(),
    npm('ci', withTests ? '--include=dev' : '--omit=dev', '--ignore-scripts', '--prefer-offline'),
  ])
  const scripted = withScripts()
  return installed.code !== 0 || scripted.length === 0
    ? installed
    : npm('rebuild', '--ignore-scripts=false', '--prefer-offline', ...scripted)
}

/**
 * The pinned Node is the largest download, and the script of its package begins it only when all else is there: so it is put into npm's
 * cache meanwhile. Where that fails, the script fetches it as it always does.
 */
function fetchPinnedNode() {
  if (pinnedNode()) return undefined
  const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies.node
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  return npm('cache', 'add', `${prefix}-${platform}-${process.arch}@${version}`)
}

/** Names of installed packages whose scripts have to run. */
function withScripts() {
  const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.keys(allowScripts).filter((name) => allowScripts[name] && existsSync(join(modules, name)))
}

/** Where the pinned Node runs this, because an npm script found it first, `npm ci` takes it away: the machine's own goes on then. */
function runningNode() {
  if (existsSync(process.execPath)) return process.execPath
  const outside = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return outside.map((folder) => join(folder, basename(process.execPath))).find((file) => existsSync(file)) ?? process.execPath
}

/** Runs npm and answers with its exit code and what it complained about. */
function npm(...asked) {
  // Warnings are about engines: what runs on an older Node than it asks for is only npm itself.
  const args = [...asked, '--loglevel=error', '--no-audit', '--no-fund']
  const own = process.env.npm_execpath
  const [command, ...before] = own && basename(own) === 'npm-cli.js' ? [runningNode(), own] : ['npm']
  const path = [pinnedNode(), process.env.PATH].filter(Boolean).join(delimiter)
  return new Promise((resolve) => {
    const child = spawn(command, [...before, ...args], {
      cwd: root,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    })
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text) => (complaint += text))
    child.on('error', (error) => resolve({ code: 1, complaint: String(error) }))
    child.on('close', (code) => resolve({ code, complaint }))
  })
}

/** Holds the lock file while `work` runs. Its age tells whether the holder lives: a process id says nothing across containers. */
async function alone(work) {
  let said = false
  for (;;) {
    try {
      closeSync(openSync(lockPath, 'wx'))
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (Date.now() - touchedAt(lockPath) > lockStaleMs) rmSync(lockPath, { force: true })
    else if (!said) say('another process is installing here; waiting for it.')
    said = true
    await wait(100)
  }
  const beat = setInterval(() => existsSync(lockPath) && utimesSync(lockPath, new Date(), new Date()), lockBeatMs)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    rmSync(lockPath, { force: true })
  }
}

function touchedAt(path) {
  try {
    return statSync(path).mtimeMs
  } catch {
    return Date.now()
  }
}

async function install(withTests) {
  const wanted = missing(withTests)
  if (wanted.length === 0) return
  say(`installing ${wanted.length} packages${withTests ? ' with those for the tests' : ''}; this takes up to a minute, once.`)
  const startedAt = Date.now()
  const { code, complaint } = await installAll(withTests || hasTests())
  if (code !== 0) fail(`npm failed.\n${firstLines(complaint)}\n${advice(complaint)}`)
  const left = missing(withTests)
  if (left.length > 0) fail(`npm went through, yet these are missing: ${left.slice(0, 10).join(', ')}. Remove node_modules and try again.`)
  say(`installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`)
}

/** The end of a long complaint is usage text: the first lines say what is wrong. */
function firstLines(complaint) {
  return complaint
    .split('\n')
    .filter((line) => line.trim() && !/^npm error\s*(at |$)|complete log of this run/.test(line))
    .slice(0, 12)
    .join('\n')
}

function advice(complaint) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(complaint)) {
    return 'The package registry cannot be reached. Check the network, or npm\'s "registry" and "proxy" settings, and try again.'
  }
  if (/EACCES|EPERM|EROFS/.test(complaint))
    return `This user may not write in ${root}. Change the folder's owner, or run as the one who owns it.`
  if (/ENOSPC/.test(complaint)) return 'The disk is full. Posthorn needs about 600 MB for its packages.'
  if (/can only install packages when/.test(complaint))
    return 'package.json and package-lock.json differ. Run "npm install" and commit both.'
  return 'Try again; if it stays, remove node_modules first.'
}

function say(sentence) {
  console.log(`Posthorn: ${sentence}`)
}

function fail(sentence) {
  rmSync(lockPath, { force: true })
  console.error(`Posthorn: ${sentence}`)
  process.exit(1)
}

if (Number.parseInt(process.versions.node, 10) < oldestNode) {
  console.error(`Posthorn: this is Node ${process.versions.node}; please install Node ${oldestNode} or newer.`)
  process.exit(1)
}
/** A part of the repository may stand alone, without the pages. */
const hasConsole = existsSync(join(root, 'packages/console/index.html'))

function isConsoleBuilt() {
  if (!hasConsole) return true
  return existsSync(consoleMark) && readFileSync(consoleMark, 'utf8') === hashOf(root, consoleParts)
}

/** The pages, made of their sources once and again when those change. It takes some seconds. */
async function buildConsole() {
  if (isConsoleBuilt()) return
  say('building the console; this takes some seconds, once.')
  const sources = hashOf(root, consoleParts)
  await onPinnedNode('the console', join(modules, 'vite/bin/vite.js'), 'build', '--logLevel', 'error', join(root, 'packages/console'))
  writeFileSync(consoleMark, sources)
}

async function buildProgram() {
  await onPinnedNode('the program', join(root, 'scripts/build-program.mjs'))
}

async function onPinnedNode(what, ...args) {
  const node = join(pinnedNode() ?? '', process.platform === 'win32' ? 'node.exe' : 'node')
  const { code, complaint } = await new Promise((resolve) => {
    const child = spawn(node, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let complaint = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (complaint += text))
    child.on('error', (error) => resolve({ code: 1, complaint: String(error) }))
    child.on('close', (code) => resolve({ code, complaint }))
  })
  if (code !== 0) fail(`${what} could not be built.\n${firstLines(complaint)}`)
}

const withTests = process.argv.includes('--tests')
if (missing(withTests).length > 0) await alone(() => install(withTests))
const unbuilt = [...(isConsoleBuilt() ? [] : [buildConsole]), ...(isProgramBuilt() ? [] : [buildProgram])]
if (unbuilt.length > 0) await alone(() => Promise.all(unbuilt.map((build) => build())))
