import type { z } from 'zod'
import { nearestName } from './nearest-name.ts'

/** Members inside of members, no deeper: what is meant by a misplaced one lies near. */
const DEPTH_MAX = 3

type Path = readonly string[]

/**
 * What is said of a member that a schema does not know: which one was probably meant, also where it belongs deeper inside, else which
 * there are.
 *
 * @example unknownMember(replayIn, [], 'endpointId') // 'There is no field "endpointId" here. Did you mean filter.endpointId?'
 */
export function unknownMember(schema: z.ZodType, at: Path, name: string): string {
  const all = pathsOf(schema)
  const here = all.filter((path) => path.length === at.length + 1 && startsWith(path, at)).map((path) => path.at(-1)!)
  const sentence = `There is no field ${JSON.stringify(name.slice(0, 100))} here.`
  const near = nearestName(name, here)
  if (near !== undefined) return `${sentence} Did you mean ${[...at, near].join('.')}?`
  const elsewhere = all.find((path) => path.at(-1) === name) ?? all.find((path) => path.at(-1)!.toLowerCase() === name.toLowerCase())
  if (elsewhere !== undefined) return `${sentence} Did you mean ${elsewhere.join('.')}?`
  return here.length === 0
    ? `${sentence} Nothing is expected.`
    : `${sentence} There ${here.length === 1 ? 'is' : 'are'} ${here.join(', ')}.`
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
      return memberPaths(def.out!, at)
    default:
      return def.innerType === undefined ? [] : memberPaths(def.innerType, at)
  }
}

interface Inner {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>
  readonly element?: z.core.$ZodType
  readonly options?: readonly z.core.$ZodType[]
  readonly innerType?: z.core.$ZodType
  readonly out?: z.core.$ZodType
}
