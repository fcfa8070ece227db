import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { useLiveStream } from '../../lib/live.ts'
import { useMay, useMe } from '../../lib/me.ts'
import { Button } from '../../ui/button.tsx'
import { CodeView } from '../../ui/code-view.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Card } from '../../ui/page.tsx'
import { ErrorState, SkeletonRows, wordsOf } from '../../ui/states.tsx'
import { Segmented } from '../../ui/tabs.tsx'
import { sayFailure } from '../../ui/toast.tsx'
import { type FirstListener, firstListenerQuery, makeFirstListener } from './first-listener.ts'
import { FirstRequest } from './first-request.tsx'
import { type Snippet, snippetsOf } from './snippets.ts'
import { WaysOn } from './ways-on.tsx'

const TITLE = 'Send it a request'

/** The first minute: a URL that is ready, a command that works as it is pasted, and the request as soon as it is there. */
export function FirstMinutePage() {
  const { app } = useParams({ from: '/a/$app/first' })
  const me = useMe()
  useLiveStream(app, me?.id)
  useEffect(() => {
    document.title = `${TITLE} · Posthorn`
  }, [])
  const { data: listener, error, refetch } = useQuery(firstListenerQuery(app))
  return (
    <div className="flex min-h-dvh flex-col bg-canvas px-gutter py-5">
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <span className="flex items-center gap-2 text-md font-strong tracking-title">
          <Mark className="size-[22px] text-accent-text" />
          Posthorn
        </span>
        <span className="flex flex-wrap items-center gap-x-3">
          <span className="text-text-2">{me?.name}</span>
          <Link
            to="/a/$app"
            params={{ app }}
            className="inline-flex min-h-target items-center font-medium text-accent-text hover:underline"
          >
            Skip to the console
          </Link>
        </span>
      </header>
      <main className="m-auto flex w-full max-w-[800px] flex-col gap-5 py-8">
        <div className="flex flex-col gap-2">
          <h1 className="text-2xl">{TITLE}</h1>
          <p className="text-md text-text-2">This URL is yours and stays. Whatever arrives is kept and shown here.</p>
        </div>
        {listener === undefined && (error === null ? <SkeletonRows /> : <ErrorState error={error} onRetry={() => void refetch()} />)}
        {listener === null && <NotMade app={app} />}
        {listener != null && (
          <>
            <PublicUrl listener={listener} />
            <Snippets snippets={snippetsOf(listener)} />
            <FirstRequest app={app} listener={listener} />
          </>
        )}
        <WaysOn app={app} listener={listener ?? undefined} />
      </main>
    </div>
  )
}

/** Coming to a page makes nothing that takes what anybody sends: that is asked for. */
function NotMade({ app }: { readonly app: string }) {
  const queries = useQueryClient()
  const may = useMay('change')
  const make = useMutation({
    mutationFn: () => makeFirstListener(app),
    onError: (error) => sayFailure('The URL was not made.', wordsOf(error).detail),
    onSettled: () => queries.invalidateQueries({ queryKey: ['listeners', app] }),
  })
  return (
    <Card title="There is no such URL yet">
      {may ? (
        <div className="flex flex-col items-start gap-3">
          <p className="text-text-2">It takes what anybody sends who knows it, until you set an authentication.</p>
          <Button kind="primary" disabled={make.isPending} onClick={() => make.mutate()}>
            Make the Public URL
          </Button>
        </div>
      ) : (
        <p className="text-text-2">You can look, not change. Ask an owner.</p>
      )}
    </Card>
  )
}

function PublicUrl({ listener: { publicUrl, methods } }: { readonly listener: FirstListener }) {
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-lg border border-accent-mark bg-surface py-2 pr-2 pl-4 shadow-[0_0_0_4px_var(--color-accent-tint)]">
      <span className="font-mono text-xs text-text-2">{methods.join(', ')}</span>
      <code aria-label="Public URL" className="min-w-0 flex-1 basis-64 font-mono text-lg break-all">
        {publicUrl}
      </code>
      <CopyButton kind="primary" text={publicUrl}>
        Copy URL
      </CopyButton>
    </div>
  )
}

function Snippets({ snippets }: { readonly snippets: readonly Snippet[] }) {
  const [name, setName] = useState<Snippet['name']>('curl')
  const shown = snippets.find((one) => one.name === name) ?? snippets[0]
  if (shown === undefined) return null
  const choice: ReactNode = snippets.length > 1 && (
    <Segmented<Snippet['name']>
      label="How to send it"
      value={shown.name}
      onChange={setName}
      options={snippets.map((one) => ({ value: one.name, label: one.label }))}
    />
  )
  return (
    <Card title="Send a request" aside={choice}>
      <div className="flex flex-col items-start gap-3">
        <div className="w-full">
          <CodeView text={shown.code} label="A request as a command" numbers={false} />
        </div>
        <CopyButton text={shown.code}>Copy command</CopyButton>
      </div>
    </Card>
  )
}
