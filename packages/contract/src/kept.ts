import { z } from 'zod'
import { flowDefinitionSchema, type FlowDefinition } from './flow/flow-definition.ts'
import { listenerIn, type Listener } from './listener/listener.ts'
import { openListenerAuth, type OpenListenerAuth } from './listener/listener-auth.ts'

/**
 * What was saved is read by these, what is to be saved by the strict ones. Rules grow from version to version; a rule that is newer than a
 * row must keep nobody from running, answering or showing it. So of a strict schema the shape and the defaults are left: no bounds, no
 * patterns, no refinements, and members that no version knows any more are passed over.
 */

const made = new WeakMap<z.core.$ZodType, z.core.$ZodType>()

/**
 * The schema without what is only asked of whoever saves. Schemas that refer to themselves through getters stay so.
 *
 * @example asKept(successRule).parse([100]) // [100]
 */
export function asKept<Schema extends z.core.$ZodType>(strict: Schema): Schema {
  const before = made.get(strict)
  if (before !== undefined) return before as Schema
  const { def } = (strict as z.core.$ZodType as z.core.$ZodTypes)._zod
  const { constr } = strict._zod
  const kept = new constr({ ...def, checks: [], ...inner(def) } as never) as Schema
  made.set(strict, kept)
  return kept
}

/** What stands within it. Of a pipe, what transforms stays. */
function inner(def: z.core.$ZodTypes['_zod']['def']): object {
  switch (def.type) {
    case 'object':
      return { shape: keptShape(def.shape), catchall: undefined }
    case 'array':
      return { element: asKept(def.element) }
    case 'record':
      return { valueType: asKept(def.valueType) }
    case 'union':
      return { options: def.options.map((option) => asKept(option)) }
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
      return { innerType: asKept(def.innerType) }
    case 'pipe':
      return { in: asKept(def.in), out: asKept(def.out) }
    default:
      return {}
  }
}

function keptShape(shape: z.core.$ZodShape): z.core.$ZodShape {
  const kept = {}
  for (const name of Object.keys(shape)) Object.defineProperty(kept, name, { get: () => asKept(shape[name]!), enumerable: true })
  return kept
}

/**
 * A listener as it was saved by this version or an older one. Its suffix is in its normal form already.
 *
 * @example keptListener.parse({ name: 'A', suffix: '/a', auth: { kind: 'none' }, reply: { headers: { 'X-A': 'a ' } } }).reply.headers // { 'X-A': 'a ' }
 */
export const keptListener = asKept(listenerIn.extend({ suffix: z.string() })) as z.ZodType<Listener>

/**
 * A definition as it was saved or published by this version or an older one.
 *
 * @example keptFlowDefinition.parse({ name: 'A', trigger: { kind: 'job' }, steps: [{ id: 'a', kind: 'stop', timeoutMs: 1 }] }).steps // [{ id: 'a', kind: 'stop' }]
 */
export const keptFlowDefinition = asKept(flowDefinitionSchema) as z.ZodType<FlowDefinition>

/**
 * An authentication with its secrets, as it was saved. Whether there are secrets must be asked of it: an empty one would let everybody in.
 *
 * @example keptListenerAuth.parse({ kind: 'bearer', tokens: ['a'] }) // { kind: 'bearer', tokens: ['a'] }
 */
export const keptListenerAuth = asKept(openListenerAuth) as z.ZodType<OpenListenerAuth>
