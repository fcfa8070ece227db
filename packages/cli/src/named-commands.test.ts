import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { apiCommands } from './api-command.ts'
import { checkCommand } from './check-command.ts'
import { configCommand } from './config-command.ts'
import { flowCheckCommand } from './flow-check-command.ts'
import { flowExportCommand, flowImportCommand } from './flow-copy-commands.ts'
import { flowRunCommand } from './flow-run-command.ts'
import { linkCommand } from './link-command.ts'
import { listenCommand } from './listen-command.ts'
import { masterKeyCommand } from './master-key-command.ts'
import { moveCommand } from './move-command.ts'
import { serveCommand } from './serve-command.ts'
import { signCommand, verifyCommand } from './signing-commands.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** All that `posthorn.ts` names, by the words that call them. */
function known(): ReadonlyMap<string, Command> {
  const api = apiCommands().flatMap((noun) => [
    ...noun.commands.flatMap((verb) => [noun.name(), ...noun.aliases()].map((name) => [`${name} ${verb.name()}`, verb] as const)),
  ])
  const flow = [flowCheckCommand(), flowExportCommand(), flowImportCommand(), flowRunCommand()]
  const alone = [
    checkCommand(),
    configCommand(),
    linkCommand(),
    listenCommand(),
    masterKeyCommand(),
    moveCommand(),
    serveCommand(),
    signCommand(),
    verifyCommand(),
  ]
  const below = [configCommand(), masterKeyCommand()].flatMap((noun) =>
    noun.commands.map((one) => [`${noun.name()} ${one.name()}`, one] as const),
  )
  return new Map([
    ...api,
    ...below,
    ...flow.map((one) => [`flow ${one.name()}`, one] as const),
    ...alone.map((one) => [one.name(), one] as const),
  ])
}

/** What is wrong with a command as a page shows it; undefined if nothing is. */
function faultOf(shown: string, commands: ReadonlyMap<string, Command>): string | undefined {
  const words = shown.split(/\s+/)
  const command = commands.get(words.slice(0, 2).join(' ')) ?? commands.get(words[0]!)
  if (command === undefined) return 'there is no such command'
  const options = command.options.flatMap(({ long, short }) => [long, short])
  const unknown = [...shown.replaceAll(/'[^']*'|"[^"]*"/g, '').matchAll(/(?:^|\s)(--?[a-z][a-z-]*)/g)].find(
    ([, name]) => !options.includes(name),
  )
  if (unknown) return `there is no option ${unknown[1]}`
  const [, data] = /(?:--data|-d) '(\{[^']*\})'/.exec(shown) ?? []
  try {
    if (data !== undefined) JSON.parse(data)
    return undefined
  } catch {
    return 'its data is no JSON'
  }
}

/** What stands in the console's pages, and on lines of code in the documentation. */
function shownCommands(): { readonly place: string; readonly shown: string }[] {
  const files = globSync(['packages/console/src/**/*.tsx', 'docs/**/*.md', 'README.md'], { cwd: root })
  return files.flatMap((place) => {
    const text = readFileSync(root + place, 'utf8')
    const pattern = place.endsWith('.tsx') ? /`posthorn ([^`]+)`|"posthorn ([^"]+)"|>posthorn ([^<]+)</g : /^posthorn (.*?)(?: \||$)/gm
    return [...text.matchAll(pattern)].map((found) => {
      const shown = found.slice(1).find((one) => one !== undefined)!
      return { place, shown: shown.replaceAll(/\$\{\w+\}/g, 'shop') }
    })
  })
}

test('every command that the console and the documentation show is one, with its options', () => {
  const commands = known()
  const shown = shownCommands()
  expect(shown.filter(({ place }) => place.endsWith('.tsx')).length).toBeGreaterThan(8)
  const faults = shown.flatMap(({ place, shown: one }) => {
    const fault = faultOf(one, commands)
    return fault === undefined ? [] : [`${place}: posthorn ${one}: ${fault}`]
  })
  expect(faults).toEqual([])
})

test('finds commands that are none', () => {
  const commands = known()
  expect(faultOf("message create shop --event-type a --payload '{}'", commands)).toBe('there is no option --event-type')
  expect(faultOf('message make', commands)).toBe('there is no such command')
  expect(faultOf(`message create --data '{ "a" }'`, commands)).toBe('its data is no JSON')
  expect(faultOf('app list --limit 5', commands)).toBeUndefined()
})
