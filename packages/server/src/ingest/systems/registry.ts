import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inTurns } from '#platform'
import { readSystem, type System } from './system.ts'

/**
 * A folder of systems: one file for each, in the folder of its category. Which there are is known at once; each is read when it is first
 * asked for, because to read all of them took a seventh of every start. What cannot be read is a defect of the program, so it throws.
 */
export class Catalogue {
  readonly #folder: string
  readonly #categories: ReadonlyMap<string, string>
  readonly #read = new Map<string, System>()

  constructor(folder: string) {
    this.#folder = folder
    const files = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name: category }) => readdirSync(join(folder, category)).map((file) => ({ file, category })))
      .filter(({ file }) => file.endsWith('.json'))
    const categories = files.map(({ file, category }) => [basename(file, '.json'), category] as const)
    this.#categories = new Map(categories.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** In alphabetical order. */
  get names(): readonly string[] {
    return [...this.#categories.keys()]
  }

  get(name: string): System | undefined {
    const category = this.#categories.get(name)
    if (category === undefined) return undefined
    const system = this.#read.get(name) ?? readSystem(name, category, this.#jsonOf(category, name))
    this.#read.set(name, system)
    return system
  }

  /** Those that say where their requests come from: found in the files as they are, which takes a tenth of reading them. */
  get namesWithAddresses(): readonly string[] {
    const says = (json: unknown) => ((json as Partial<System>).addresses ?? null) !== null
    return [...this.#categories].filter(([name, category]) => says(this.#jsonOf(category, name))).map(([name]) => name)
  }

  #jsonOf(category: string, name: string): unknown {
    return JSON.parse(readFileSync(join(this.#folder, category, `${name}.json`), 'utf8'))
  }
}

const catalogue = new Catalogue(fileURLToPath(new URL('./catalogue', import.meta.url)))

/** The system of a stored listener; one that this program does not know is treated as custom, so that `preset` fails closed. */
export function systemOf(name: string): System {
  return catalogue.get(name) ?? catalogue.get('custom')!
}

export function isSystem(name: string): boolean {
  return systemNames().includes(name)
}

/** In alphabetical order. */
export function systemNames(): readonly string[] {
  return catalogue.names
}

/** Of those whose addresses are known. */
export function presetNames(): readonly string[] {
  return catalogue.namesWithAddresses.map((name) => `preset:${name}`)
}

/** By name, in alphabetical order: read one after the other, since nobody else is to wait for a hundred files. */
export async function allSystems(): Promise<readonly System[]> {
  const left = [...catalogue.names]
  const systems: System[] = []
  await inTurns(() => {
    const next = left.shift()
    if (next !== undefined) systems.push(systemOf(next))
    return left.length === 0
  })
  return systems
}
