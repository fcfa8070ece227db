import type { z } from 'zod'
import { nearestName } from './nearest-name.ts'

/** Members inside of members, no deeper: what is meant by a misplaced one lies near. */
const DEPTH_MAX = 3

type Path = readonly string[]

/** Where in which value of which schema a member stands that it does not know. */
interface UnknownPlace {
  readonly schema: z.ZodType
  /** The whole of what was read; of alternatives it says which one was meant. */
  readonly value: unknown
  readonly path: readonly PropertyKey[]
}

/**
 * What is said of a member that a schema does not know: which one was probably meant, also where it belongs deeper inside, else which
 * there are.
 *
 * @example unknownMember({ schema: replayIn, value: {}, path: [] }, 'endpointId') // 'There is no field "endpointId" here. Did you mean filter.endpointId?'
 */
export function unknownMember({ schema, value, path }: UnknownPlace, name: string): string {
  const at = path.filter((part) => typeof part === 'string')
  const here = [...new Set(membersAt(schema, path, value))]
  const sentence = `There is no field ${JSON.stringify(name.slice(0, 100))} here.`
  const near = nearestName(name, here)
  if (near !== undefined) return `${sentence} Did you mean ${[...at, near].join('.')}?`
  // Beside it stand also the members of alternatives that were not meant.
  const all = pathsOf(schema).filter((known) => known.length !== at.length + 1 || !startsWith(known, at))
  const elsewhere = all.find((known) => known.at(-1) === name) ?? all.find((known) => known.at(-1)!.toLowerCase() === name.toLowerCase())
  if (elsewhere !== undefined) return `${sentence} Did you mean ${elsewhere.join('.')}?`
  return here.length === 0
    ? `${sentence} Nothing is expected.`
    : `${sentence} There ${here.length === 1 ? 'is' : 'are'} ${here.join(', ')}.`
}

/** The members that a value may have at a place within it. */
function membersAt(schema: z.core.$ZodType, path: readonly PropertyKey[], value: unknown): readonly string[] {
  const { def } = schema._zod as { readonly def: z.core.$ZodTypeDef & Inner }
  const [part, ...rest] = path
  const within = part === undefined ? value : (value as Record<PropertyKey, unknown> | null | undefined)?.[part]
  switch (def.type) {
    case 'object': {
      if (part === undefined) return Object.keys(def.shape ?? {})
      const inner = def.shape?.[String(part)]
      return inner === undefined ? [] : membersAt(inner, rest, within)
    }
    case 'array':
      return membersAt(def.element!, rest, within)
    case 'union':
      return meantOptions(def, value).flatMap((option) => membersAt(option, path, value))
    case 'pipe':
      return membersAt(written(def), path, value)
    default:
      return def.innerType === undefined ? [] : membersAt(def.innerType, path, value)
  }
}

/** Those alternatives whose discriminator is the value's; all of them where none is. */
function meantOptions({ options = [], discriminator }: Inner, value: unknown): readonly z.core.$ZodType[] {
  if (discriminator === undefined) return options
  const said = (value as Record<string, unknown> | null | undefined)?.[discriminator]
  const meant = options.filter((option) => option._zod.propValues?.[discriminator]?.has(said as z.core.util.Primitive))
  return meant.length > 0 ? meant : options
}

/** Of a pipe the side that says what is written: what only transforms has no members. */
function written({ in: first, out }: Inner): z.core.$ZodType {
  return first!._zod.def.type === 'transform' ? out! : first!
}

function startsWith(path: Path, beginning: Path): boolean {
  return beginning.every((part, i) => path[i] === part)
}

/** To walk through a schema takes longer than to look for a name in it, and a body may have many that are unknown. */
const walked = new WeakMap<z.ZodType, readonly Path[]>()

function pathsOf(schema: z.ZodType): readonly Path[] {
  const known = walked.get(schema) ?? memberPaths(schema)
  walked.set(schema, known)
  return known
}

/** Where every member of a schema stands; those of the items of a list stand where the list does. */
function memberPaths(schema: z.core.$ZodType, at: Path = []): Path[] {
  const { def } = schema._zod as { readonly def: z.core.$ZodTypeDef & Inner }
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape ?? {}).flatMap(([name, inner]) => {
        const path = [...at, name]
        return [path, ...(path.length < DEPTH_MAX ? memberPaths(inner, path) : [])]
      })
    case 'array':
      return memberPaths(def.element!, at)
    case 'union':
      return def.options!.flatMap((option) => memberPaths(option, at))
    case 'pipe':
      return memberPaths(written(def), at)
    default:
      return def.innerType === undefined ? [] : memberPaths(def.innerType, at)
  }
}

interface Inner {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>
  readonly element?: z.core.$ZodType
  readonly options?: readonly z.core.$ZodType[]
  readonly discriminator?: string
  readonly innerType?: z.core.$ZodType
  readonly in?: z.core.$ZodType
  readonly out?: z.core.$ZodType
}
