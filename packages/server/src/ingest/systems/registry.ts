import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readSystem, type System } from './system.ts'

const CATALOGUE = fileURLToPath(new URL('./catalogue', import.meta.url))

/** Every system, by name: one file for each, in the folder of its category. */
const systems = readCatalogue(CATALOGUE)

/** Reads the files of a catalogue. What cannot be read is a defect of the program, so it throws. */
export function readCatalogue(folder: string): ReadonlyMap<string, System> {
  const read = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: category }) =>
      readdirSync(join(folder, category))
        .filter((file) => file.endsWith('.json'))
        .map((file) => readSystem(basename(file, '.json'), category, JSON.parse(readFileSync(join(folder, category, file), 'utf8')))),
    )
  return new Map(read.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((system) => [system.name, system]))
}

/** The system of a stored listener; one that this program does not know is treated as custom, so that `preset` fails closed. */
export function systemOf(name: string): System {
  return systems.get(name) ?? systems.get('custom')!
}

export function isSystem(name: string): boolean {
  return systems.has(name)
}

/** By name, in alphabetical order. */
export function allSystems(): readonly System[] {
  return [...systems.values()]
}
