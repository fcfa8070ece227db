/** What a route leads to; several share a path when they differ in method. */
export interface Routed {
  readonly suffix: string
  readonly methods: readonly string[]
}

export interface RouteMatch<Target> {
  readonly target: Target
  /** Decoded. Has no prototype. */
  readonly params: Readonly<Record<string, string>>
}

export interface Routes<Target> {
  /** Every target of the path, the most literal first; the methods are the caller's to compare. */
  match(segments: readonly string[]): readonly RouteMatch<Target>[]
}

interface Node<Target> {
  readonly literals: Map<string, Node<Target>>
  parameter: Node<Target> | undefined
  readonly targets: { readonly target: Target; readonly names: readonly string[] }[]
}

/**
 * Segments in a tree. At each one the literal is tried before the parameter, and the parameter still when the literal leads
 * nowhere, so `/orders/:id/lines` is found beside `/orders/latest`. Comparison is case-sensitive.
 */
export function compileRoutes<Target extends Routed>(targets: readonly Target[]): Routes<Target> {
  const root = emptyNode<Target>()
  for (const target of targets) {
    let node = root
    const names: string[] = []
    for (const segment of target.suffix.split('/').slice(1)) {
      if (segment.startsWith(':')) {
        names.push(segment.slice(1))
        node = node.parameter ??= emptyNode()
      } else {
        let next = node.literals.get(segment)
        if (next === undefined) node.literals.set(segment, (next = emptyNode()))
        node = next
      }
    }
    node.targets.push({ target, names })
  }
  return {
    match(segments) {
      const found: RouteMatch<Target>[] = []
      walk(root, { segments, at: 0, values: [] }, found)
      return found
    },
  }
}

interface Position {
  readonly segments: readonly string[]
  readonly at: number
  readonly values: readonly string[]
}

/** Depth is bounded by the longest suffix (200 characters), width by two branches a segment of a tree that a person wrote. */
function walk<Target>(node: Node<Target>, { segments, at, values }: Position, found: RouteMatch<Target>[]): void {
  const segment = segments[at]
  if (segment === undefined) {
    for (const { target, names } of node.targets) found.push({ target, params: named(names, values) })
    return
  }
  const literal = node.literals.get(segment)
  if (literal !== undefined) walk(literal, { segments, at: at + 1, values }, found)
  if (node.parameter !== undefined) walk(node.parameter, { segments, at: at + 1, values: [...values, segment] }, found)
}

function named(names: readonly string[], values: readonly string[]): Readonly<Record<string, string>> {
  const params = Object.create(null) as Record<string, string>
  for (let i = 0; i < names.length; i++) params[names[i]!] = values[i]!
  return params
}

function emptyNode<Target>(): Node<Target> {
  return { literals: new Map(), parameter: undefined, targets: [] }
}

export interface PublicPath {
  /** Id or uid of the application. */
  readonly application: string
  /** Of the suffix, decoded one by one, so that an escaped slash stays inside its segment. */
  readonly segments: readonly string[]
}

const PREFIX = '/in/'
const SEGMENTS_MAX = 100

/**
 * Takes `/in/{application}{suffix}` apart; undefined for what no listener can have. One slash at the end is ignored; empty
 * segments, dots that climb, and escapes that are not UTF-8 are not guessed at.
 */
export function readPublicPath(path: string): PublicPath | undefined {
  if (!path.startsWith(PREFIX)) return undefined
  const end = path.endsWith('/') ? path.length - 1 : path.length
  const segments: string[] = []
  for (let from = PREFIX.length, to = from; from <= end; from = to + 1) {
    to = path.indexOf('/', from)
    if (to === -1) to = end
    const segment = decode(path.slice(from, to))
    if (segment === undefined || segment === '' || segment === '.' || segment === '..' || segment.includes('\0')) return undefined
    if (segments.push(segment) > SEGMENTS_MAX) return undefined
  }
  const application = segments.shift()
  return application === undefined || segments.length === 0 ? undefined : { application, segments }
}

function decode(piece: string): string | undefined {
  if (!piece.includes('%')) return piece
  try {
    return decodeURIComponent(piece)
  } catch {
    return undefined
  }
}
