import { AppError } from '#domain'
import type { Route } from './route.ts'

export type Found =
  | { readonly kind: 'found'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  /** The address is there, for other methods. */
  | { readonly kind: 'wrong_method'; readonly allow: readonly string[] }
  | { readonly kind: 'unknown' }

/** One step of a path: the literal segments below it, and the one parameter. */
interface Step {
  readonly literals: Map<string, Step>
  parameter: Step | undefined
  readonly byMethod: Map<string, Ending>
}

interface Ending {
  readonly route: Route
  readonly names: readonly string[]
}

/** Longer than any id or uid, percent-encoded or not. */
const SEGMENT_MAX = 768

/**
 * Finds the operation of a path. Literal segments go before parameters; a slash at the end makes no difference; what answers GET
 * answers HEAD. Paths are split before they are decoded, so that a `%2F` never becomes a step.
 */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Found {
  const root = newStep()
  for (const route of routes) {
    const names: string[] = []
    let step = root
    for (const segment of segmentsOf(route.operation.path)) {
      const name = /^\{(\w+)\}$/.exec(segment)?.[1]
      if (name !== undefined) names.push(name)
      step = below(step, name === undefined ? segment : undefined)
    }
    step.byMethod.set(route.operation.method, { route, names })
  }

  return (method, path) => {
    if (!path.startsWith('/')) return { kind: 'unknown' }
    const segments = segmentsOf(path)
    const values: string[] = []
    let allow: Set<string> | undefined
    const walk = (step: Step, at: number): Ending | undefined => {
      const segment = segments[at]
      if (segment === undefined) {
        // Node leaves the body out of an answer to HEAD.
        const ending = step.byMethod.get(method) ?? (method === 'HEAD' ? step.byMethod.get('GET') : undefined)
        if (ending === undefined) for (const other of step.byMethod.keys()) allow = (allow ?? new Set()).add(other)
        return ending
      }
      const literal = step.literals.get(segment)
      // A literal that is there for other methods leaves this one to the parameter: an event type may be named as an operation is.
      const found = literal && walk(literal, at + 1)
      if (found) return found
      if (step.parameter === undefined || segment === '' || segment.length > SEGMENT_MAX) return undefined
      values.push(segment)
      const below = walk(step.parameter, at + 1)
      if (below === undefined) values.pop()
      return below
    }
    const found = walk(root, 0)
    if (found === undefined) return allow ? { kind: 'wrong_method', allow: allowed([...allow]) } : { kind: 'unknown' }
    const params = Object.fromEntries(found.names.map((name, i) => [name, decoded(values[i]!)]))
    return { kind: 'found', route: found.route, params }
  }
}

function allowed(methods: readonly string[]): string[] {
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}

function segmentsOf(path: string): string[] {
  return path.slice(1, path.length > 1 && path.endsWith('/') ? -1 : undefined).split('/')
}

function below(step: Step, literal: string | undefined): Step {
  if (literal === undefined) return (step.parameter ??= newStep())
  const known = step.literals.get(literal)
  if (known !== undefined) return known
  const made = newStep()
  step.literals.set(literal, made)
  return made
}

function newStep(): Step {
  return { literals: new Map(), parameter: undefined, byMethod: new Map() }
}

function decoded(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new AppError('malformed_request', { detail: 'The path is not valid percent-encoding.' })
  }
}
