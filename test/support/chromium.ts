import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from 'playwright-core'

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
const packaged = join(modules, '@sparticuz/chromium')

/**
 * A real Chromium without a window: the one that `POSTHORN_TEST_CHROMIUM` names, else one of the machine, else the one that npm
 * brought, unpacked once beside the packages. Never skipped in silence: where there is none, this says what to do.
 */
export async function startChromium(): Promise<Browser> {
  const installed = process.env['POSTHORN_TEST_CHROMIUM'] ?? onPath(['chromium', 'chromium-browser', 'google-chrome', 'chrome'])
  // Who is root, as in most containers, has no sandbox to offer.
  const args = ['--no-sandbox']
  if (installed !== undefined) return chromium.launch({ executablePath: installed, args })
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('No Chromium: install one, or name one in POSTHORN_TEST_CHROMIUM. The one of npm is for Linux on x64 only.')
  const folder = unpacked()
  // The libraries that came with it stand behind those of the machine's own setting.
  const libraries = [process.env['LD_LIBRARY_PATH'], join(folder, 'al2023/lib')].filter(Boolean).join(delimiter)
  const env = { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: fontsOf(folder) } as Record<string, string>
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: [...args, '--single-process', '--no-zygote', '--headless=shell'],
    env,
  })
}

/**
 * Its font, by a configuration of ours: the one that came along names folders of another machine. Where Chromium finds no font at all, it
 * does not show those of a page either.
 */
function fontsOf(folder: string): string {
  const own = join(folder, 'posthorn-fonts')
  mkdirSync(own, { recursive: true })
  const dirs = [join(folder, 'fonts/fonts'), '/usr/share/fonts'].map((dir) => `<dir>${dir}</dir>`).join('')
  const head = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
  writeFileSync(join(own, 'fonts.conf'), `${head}<fontconfig>${dirs}<cachedir>${own}</cachedir></fontconfig>`)
  return own
}

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
}

/** Unpacked in a folder of its own and then renamed, so that what is there is whole, whoever else unpacks at the same time. */
function unpacked(): string {
  const { version } = JSON.parse(readFileSync(join(packaged, 'package.json'), 'utf8')) as { version: string }
  const cache = join(modules, '.cache')
  const folder = join(cache, `posthorn-chromium-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const fresh = mkdtempSync(`${folder}-`)
  // The package unpacks into the folder for temporary files, which only a process of its own can be given.
  const script = `import chromium, { inflate } from '@sparticuz/chromium'
    await chromium.executablePath()
    await inflate(${JSON.stringify(join(packaged, 'bin/al2023.tar.br'))})`
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: modules, env: { ...process.env, TMPDIR: fresh } })
  try {
    renameSync(fresh, folder)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}
