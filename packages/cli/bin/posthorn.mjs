#!/usr/bin/env node
// Keeps compiled code beside the installation, as trusted as the code itself, so that later starts compile nothing. Where nothing can be
// written, all goes on without. Runs the program as `scripts/build-program.mjs` built it, or from its sources where nobody has.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
// Not by name: what an older Node does not have would end it before it could say that it is too old.
import module from 'node:module'
import { fileURLToPath } from 'node:url'

/** As `engines` of the package says; not read from there, because each start would wait for it. */
const [MAJOR, MINOR] = [26, 3]
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < MAJOR || (major === MAJOR && minor < MINOR)) {
  console.error(
    `Posthorn needs Node ${MAJOR}.${MINOR} or newer, and this is ${process.versions.node}. Where npm installed both: npx posthorn. Elsewhere npx brings it: npx -p node@${MAJOR} -p <the package> posthorn`,
  )
  process.exit(1)
}

module.enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/posthorn', import.meta.url)))
const newest = new URL('../dist/current.js', import.meta.url)
const [, build] = existsSync(newest) ? (/\.\/(\w+)\//.exec(readFileSync(newest, 'utf8')) ?? []) : []
// What stays begins threads and child processes later on, so its files must stay too.
if (build !== undefined && process.argv.includes('serve'))
  holdBuild(fileURLToPath(new URL(`../dist/${build}.held.${process.pid}`, import.meta.url)))
await import(build === undefined ? '../src/posthorn.ts' : `../dist/${build}/posthorn.js`)

function holdBuild(mark) {
  try {
    writeFileSync(mark, '')
    process.on('exit', () => rmSync(mark, { force: true }))
  } catch {
    // As with compiled code.
  }
}
