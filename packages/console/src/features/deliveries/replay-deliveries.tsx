import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { Facts } from '../../ui/page.tsx'
import { ReplayDialog } from './replay-dialog.tsx'
import { type Filter, filterWords } from './replay-filter.ts'

interface Props {
  readonly app: string
  readonly filter: Filter
  readonly hosts: ReadonlyMap<string, string>
  onClose(): void
}

const phrase = (...words: readonly string[]): string => words.filter((word) => word !== '').join(' ')
const words = {
  ...{ one: 'delivery', many: 'deliveries', rate: 'Deliveries a second' },
  rateHint: 'Slower spares receivers that have just come back.',
  effect: () => '. Receivers see the ids they know.',
}
const replayWords = {
  ...words,
  act: (what: string) => phrase('Replay', what),
  none: 'Nothing that has ended matches. What waits for a later try is found by the status Waiting.',
}
const tryWords = {
  ...words,
  act: (what: string) => phrase('Try', what, 'now'),
  none: 'Nothing waits for a later try. What is due, throttled or held is sent by itself.',
}

const selectedWords = { ...replayWords, none: 'None of them can be sent again: they are under way, or what they sent is no longer kept.' }

function wordsFor({ deliveryIds, status }: Filter) {
  if (deliveryIds !== undefined) return selectedWords
  return status?.every((one) => one === 'waiting') ? tryWords : replayWords
}

/** Replays what matches, or tries it now where it waits for a later try. */
export function ReplayDeliveries({ app, filter: given, hosts, onClose }: Props) {
  // Taken once: a filter that moves with the time would be another one than was counted.
  const [filter] = useState(given)
  return (
    <ReplayDialog
      app={app}
      queryKey={['replay preview', app, filter]}
      words={wordsFor(filter)}
      replay={(how) => api.replay.create(app, { filter, ...how })}
      onClose={onClose}
    >
      <Facts rows={filterWords(filter, hosts)} />
    </ReplayDialog>
  )
}
