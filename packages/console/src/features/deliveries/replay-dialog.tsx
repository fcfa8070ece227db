import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { count, counted } from '../../lib/amounts.ts'
import { duration } from '../../lib/time.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { wordsOf } from '../../ui/states.tsx'

const RATE_MAX = 1000

/** What a set holds, before anything of it begins. */
interface Preview {
  readonly matched: number
  readonly exact: boolean
  readonly sample: readonly unknown[]
}

interface Words<Found> {
  /** What is done with so many of them, as title and button say it; empty: not counted yet. */
  act(what: string): string
  readonly one: string
  readonly many?: string
  readonly rate: string
  readonly rateHint: string
  readonly none: string
  /** What follows "This takes about a minute". */
  effect(found: Found): string
}

interface Props<Found extends Preview> {
  readonly app: string
  /** What is counted under one key is counted once. */
  readonly queryKey: readonly unknown[]
  readonly words: Words<Found>
  /** Off while something of the set has to be chosen: nothing is counted then. */
  readonly ready?: boolean
  /** The set, in words; what it is chosen by, if it can be chosen. */
  readonly children: ReactNode
  replay(how: { readonly dryRun: true } | { readonly ratePerSecond: number }): Promise<Found | { readonly id: string }>
  onClose(): void
}

/** Replays a set: first it is counted, then it begins, and its page shows how far it is. */
export function ReplayDialog<Found extends Preview>({ app, queryKey, words, ready = true, children, replay, onClose }: Props<Found>) {
  const navigate = useNavigate()
  const [rate, setRate] = useState('50')
  const preview = useQuery({
    queryKey,
    queryFn: async () => {
      const answer = await replay({ dryRun: true })
      return 'sample' in answer ? answer : undefined
    },
    staleTime: 0,
    enabled: ready,
  })
  const perSecond = Number(rate)
  const fault = Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= RATE_MAX ? undefined : `A rate is 1 to ${RATE_MAX} a second.`
  const start = useMutation({
    mutationFn: () => replay({ ratePerSecond: perSecond }),
    onSuccess: (answer) => {
      if ('id' in answer) void navigate({ to: '/a/$app/replays/$replay', params: { app, replay: answer.id } })
    },
  })
  const found = preview.error === null ? preview.data : undefined
  const matched = found?.matched
  const error = preview.error ?? start.error
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${words.act(matched === undefined ? '' : counted(matched, words.one, words.many))}?`}
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            disabled={start.isPending || matched === undefined || matched === 0 || fault !== undefined}
            onClick={() => start.mutate()}
          >
            {words.act(matched === undefined ? '' : count(matched))}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {children}
        <TextField label={words.rate} value={rate} onText={setRate} inputMode="numeric" fault={fault} hint={words.rateHint} />
        {error !== null && <Note kind="fail" title={wordsOf(error).detail} />}
        {matched === 0 && <p className="text-text-2">{words.none}</p>}
        {found !== undefined && found.matched > 0 && fault === undefined && (
          <p className="text-text-2">
            {!found.exact && `There are at least ${count(found.matched)}. `}
            This takes about {duration((found.matched / perSecond) * 1000)}
            {words.effect(found)}
          </p>
        )}
      </div>
    </Dialog>
  )
}
