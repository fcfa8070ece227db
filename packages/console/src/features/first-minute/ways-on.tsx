import { Link, type LinkProps } from '@tanstack/react-router'
import { ArrowRight, Globe, type LucideIcon, ShieldCheck, Workflow } from 'lucide-react'
import { May } from '../../ui/may.tsx'
import type { FirstListener } from './first-listener.ts'

interface Way {
  readonly icon: LucideIcon
  readonly title: string
  readonly words: string
  readonly act: string
  readonly link: LinkProps
}

/** From here one click to a flow, to an endpoint, and to who may send. */
export function WaysOn({ app, listener }: { readonly app: string; readonly listener: FirstListener | undefined }) {
  const ways: readonly Way[] = [
    {
      icon: Workflow,
      title: 'Do something with it',
      words: 'Build a flow that maps it, sends it on and answers',
      act: 'Create a flow',
      link: { to: '/a/$app/flows', params: { app }, search: { add: listener?.uid ?? 'flow' } },
    },
    {
      icon: Globe,
      title: 'Send it to others',
      words: 'Add the URL of a customer or a system of yours',
      act: 'Add Endpoint',
      link: { to: '/a/$app/settings/webhooks', params: { app }, search: { add: 'endpoint' } },
    },
    {
      icon: ShieldCheck,
      title: 'Let only one sender in',
      words: 'Ask for a key, a token or a signature',
      ...(listener === undefined
        ? { act: 'Add Listener', link: { to: '/a/$app/listeners/new', params: { app } } as LinkProps }
        : {
            act: 'Set authentication',
            link: {
              to: '/a/$app/listeners/$listener',
              params: { app, listener: listener.id },
              search: { tab: 'authentication' },
            } as LinkProps,
          }),
    },
  ]
  return (
    <May>
      <ul className="grid gap-4 desk:grid-cols-3">
        {ways.map(({ icon: Icon, title, words, act, link }) => (
          <li key={title} className="flex">
            <Link {...link} className="flex flex-1 flex-col gap-1 rounded-lg border border-line bg-surface p-4 hover:bg-hover">
              <span className="mb-2 grid size-8 place-items-center rounded-md bg-accent-tint text-accent-text">
                <Icon aria-hidden className="size-4" />
              </span>
              <span className="font-strong">{title}</span>
              <span className="text-text-2">{words}</span>
              <span className="mt-2 flex items-center gap-1 font-medium text-accent-text">
                {act}
                <ArrowRight aria-hidden className="size-3.5" />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </May>
  )
}
