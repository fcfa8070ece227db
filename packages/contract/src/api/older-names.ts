import { z } from 'zod'

/**
 * Version 1 of Svix's clients has older names for some fields. They are read as what they are called today, because passing over
 * `filterTypes` would send an endpoint every event there is. What is said under both names counts under today's.
 */
export function alsoUnder<Schema extends z.ZodType>(olderNames: Readonly<Record<string, string>>, schema: Schema) {
  return z.preprocess((value) => {
    if (typeof value !== 'object' || value === null) return value
    const given = value as Readonly<Record<string, unknown>>
    const present = Object.entries(olderNames).filter(([older]) => Object.hasOwn(given, older))
    if (present.length === 0) return value
    const renamed = present.filter(([older, name]) => given[older] !== undefined && given[name] === undefined)
    const kept = Object.entries(given).filter(([name]) => !present.some(([older]) => older === name))
    return Object.fromEntries([...kept, ...renamed.map(([older, name]) => [name, given[older]])])
  }, schema)
}

export const olderNamesOfEndpoint = { filterTypes: 'eventTypes', rateLimit: 'throttleRate' } as const
export const olderNamesOfApplication = { rateLimit: 'throttleRate' } as const

/** A field of an answer that is there for older clients. */
export function olderNameOf<Schema extends z.ZodType>(name: string, schema: Schema): Schema {
  return schema.meta({ deprecated: true, description: `An older name of ${name}, for version 1 of Svix's clients` })
}
