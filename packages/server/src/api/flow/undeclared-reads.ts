import { keptListener, type DefinitionFault, type FlowDefinition } from '@posthorn/contract'
import type { FieldRead } from '#flows'
import type { ApplicationSnapshot } from '#store'
import { findListener } from '../listener/find-listener.ts'
import { writtenListener } from '../listener/listener-row.ts'

const TOLD_MAX = 50

/**
 * What a flow reads of its listener's requests and the structure that the listener declares has not. Live requests need not match it, so
 * it is a warning; and the structure may change at any time, so it is looked for at each read.
 */
export function undeclaredReads(
  application: ApplicationSnapshot,
  { trigger }: Pick<FlowDefinition, 'trigger'>,
  reads: readonly FieldRead[],
): DefinitionFault[] {
  const listener = trigger.kind === 'webhook' ? findListener(application, trigger.listener) : undefined
  if (listener === undefined || reads.length === 0) return []
  const { expected } = keptListener.parse({ ...writtenListener(listener), auth: { kind: 'none' } })
  const names = expected.query.map(({ name }) => name)
  const found: DefinitionFault[] = []
  for (const { path, pointer, position } of reads) {
    const [part, ...below] = path
    const lack =
      part === 'body'
        ? lackOf(expected.body, below, 'body')
        : lackOf(names.length === 0 ? undefined : record(names), below.slice(0, 1), 'query')
    if (lack === undefined) continue
    const { uid, id } = listener
    const message = `The listener "${uid ?? id}" does not expect ${lack.read}: ${lack.at} of its example has ${lack.names.slice(0, TOLD_MAX).join(', ') || 'no fields'}. Where a request has none it is null.`
    if (found.push({ pointer, code: 'not_expected', message, position }) === TOLD_MAX) break
  }
  return found
}

const record = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, '']))

interface Lack {
  readonly read: string
  readonly at: string
  readonly names: readonly string[]
}

/** Where a path leaves an example. What the example leaves open (null, an empty list or object) may be anything. */
function lackOf(example: unknown, path: readonly (string | number)[], at: string): Lack | undefined {
  const [part, ...below] = path
  if (part === undefined || example === undefined || example === null) return undefined
  if (part === 'size' && typeof example !== 'number' && typeof example !== 'boolean') return undefined
  if (Array.isArray(example)) {
    if (example.length === 0) return undefined
    const isItem = typeof part === 'number' || part === 'first' || part === 'last'
    // One item stands for all, and each may have what another has not.
    const lacks = isItem ? example.map((item) => lackOf(item, below, `${at}[0]`)) : [{ read: `${at}.${part}`, at, names: ['items'] }]
    return lacks.includes(undefined) ? undefined : lacks[0]
  }
  if (typeof example !== 'object') return { read: textOf(at, part), at, names: [] }
  const names = Object.keys(example)
  if (names.length === 0) return undefined
  if (!Object.hasOwn(example, part)) return { read: textOf(at, part), at, names }
  return lackOf((example as Record<string, unknown>)[part], below, textOf(at, part))
}

const textOf = (at: string, part: string | number) => (typeof part === 'number' ? `${at}[${part}]` : `${at}.${part}`)
