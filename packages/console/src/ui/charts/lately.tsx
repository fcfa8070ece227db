import { count, share } from '../../lib/amounts.ts'
import { type Lately, type LatelyOf, useLately } from '../../lib/queries/lately.ts'
import type { ReactNode } from 'react'
import { Sparkline } from './sparkline.tsx'
import type { Column } from '../data-table.tsx'
import { RelativeTime } from '../time.tsx'

const WIDTH = 96
const HEIGHT = 24
const BARS_MAX = 28

interface Props {
  /** Undefined: nothing came of it in this time. */
  readonly lately: Lately | undefined
}

/** What came, hour by hour. `nouns`: what it counts. */
export function LatelyBars({ lately, nouns }: Props & { readonly nouns: string }) {
  if (lately === undefined) return <span className="text-text-3">none</span>
  return (
    <Sparkline
      bars={folded(lately.bars)}
      width={WIDTH}
      height={HEIGHT}
      label={`${count(lately.all)} ${nouns}, ${count(lately.bad)} of them in trouble`}
    />
  )
}

/** More bars than can be told apart are put together. */
function folded(bars: Lately['bars']): Lately['bars'] {
  const by = Math.ceil(bars.length / BARS_MAX)
  return Array.from({ length: Math.ceil(bars.length / by) }, (_, at) =>
    bars
      .slice(at * by, at * by + by)
      .reduce((whole, { good, bad }) => ({ good: whole.good + good, bad: whole.bad + bad }), { good: 0, bad: 0 }),
  )
}

function LatelyCount({ lately }: Props) {
  return <span className={lately === undefined ? 'text-text-3' : ''}>{count(lately?.all ?? 0)}</span>
}

/** The share in trouble: quiet while there is none. */
function LatelyBad({ lately }: Props) {
  if (lately === undefined || lately.bad === 0) return <span className="text-text-3">0%</span>
  return <span className="font-medium text-fail-text">{share(lately.bad, lately.all)}</span>
}

export function LatelyNewest({ lately }: Props) {
  return lately === undefined ? <span className="text-text-3">not lately</span> : <RelativeTime at={lately.newest} />
}

interface Words {
  /** What is counted, in the head and in the words of the bars. */
  readonly all: string
  /** Of them those in trouble. */
  readonly bad: string
}

interface RowProps<What> {
  readonly source: LatelyOf<What>
  readonly app: string
  readonly id: string
  readonly children: (what: What | undefined) => ReactNode
}

/** What a row did, once it is known. */
export function OfRow<What>({ source, app, id, children }: RowProps<What>): ReactNode {
  const what = useLately(source, app, id)
  return what === undefined ? null : children(what ?? undefined)
}

/** How each row of a list did lately, in every list the same columns. */
export function latelyColumns<Row extends { readonly id: string }>(
  source: LatelyOf<Lately>,
  app: string,
  { all, bad }: Words,
): readonly Column<Row>[] {
  const shared = { align: 'right', gives: 'narrow' } as const
  const cell =
    (show: (lately: Lately | undefined) => ReactNode) =>
    ({ id }: Row) => <OfRow {...{ source, app, id }}>{show}</OfRow>
  return [
    {
      ...{ name: 'lately', head: 'Last 24 hours', width: '128px', gives: 'narrow' },
      cell: cell((lately) => <LatelyBars lately={lately} nouns={all.toLowerCase()} />),
    },
    { ...shared, name: 'all', head: all, width: '92px', cell: cell((lately) => <LatelyCount lately={lately} />) },
    { ...shared, name: 'bad', head: bad, width: '88px', cell: cell((lately) => <LatelyBad lately={lately} />) },
    { ...shared, name: 'last', head: 'Last', width: '112px', cell: cell((lately) => <LatelyNewest lately={lately} />) },
  ]
}
