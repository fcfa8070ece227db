import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { environmentName, flagName, settings } from '@posthorn/server/config'
import { UsageError } from './exit-codes.ts'

const FILE = 'posthorn.yaml'

/** Gives a command a flag for each setting, and one for the file. */
export function withSettings(command: Command): Command {
  command.option('--config <file>', 'File with settings.', FILE)
  for (const [name, setting] of Object.entries(settings)) {
    const value = setting.default === 'true' || setting.default === 'false' ? '[true|false]' : '<value>'
    command.option(`${flagName(name)} ${value}`, `${setting.meaning} Default: ${setting.default}. Environment: ${environmentName(name)}.`)
  }
  return command
}

/** Where settings come from: the flags given, the environment, and the text of the file if there is one. */
export function settingsSources(options: Readonly<Record<string, unknown>>) {
  const given = Object.keys(settings).filter((name) => options[name] !== undefined)
  return {
    environment: process.env,
    flags: Object.fromEntries(given.map((name) => [name, String(options[name])])),
    file: readOptional(String(options['config'] ?? FILE)),
  }
}

/** Only the file that nobody asked for by name may be missing. */
function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (path === FILE && code === 'ENOENT') return undefined
    const why = { ENOENT: 'is not there', EACCES: 'may not be read by this user', EISDIR: 'is a folder' }[code ?? '']
    throw new UsageError(
      `The file with settings, ${path}, ${why ?? `cannot be read (${code})`}. Correct it, or name another one with --config.`,
    )
  }
}
