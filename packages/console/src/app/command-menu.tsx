import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { useQueries } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type LucideIcon, Search } from 'lucide-react'
import { useState } from 'react'
import { foundQuery, type Noun } from '../lib/queries/names.ts'
import { pageGroups } from './pages.ts'
import { routeOfId } from './route-of-id.ts'

interface Command {
  readonly label: string
  readonly hint: string
  readonly to: string
  readonly params: Readonly<Record<string, string>>
}

/** That of the page which lists it. Every page but Home lies below Home's address, which is the first. */
const iconOf = (to: string): LucideIcon =>
  pageGroups.flatMap(({ pages }) => pages).findLast((page) => to === page.to || to.startsWith(`${page.to}/`))!.icon

interface Props {
  readonly app: string
  readonly open: boolean
  /** Shows which keys there are. */
  onKeys(): void
  onClose(): void
}

/** Ctrl K: every page by its name, listeners, flows and endpoints by theirs, and whatever a pasted id belongs to. */
export function CommandMenu({ app, open, onKeys, onClose }: Props) {
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const named = useNamed(app, open ? text.trim() : '')
  const commands = commandsFor(app, text, named)
  const go = (command: Command): void => {
    setText('')
    onClose()
    void navigate({ to: command.to, params: command.params })
  }
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-[60] bg-scrim" />
        <Dialog.Popup
          aria-label="Find or jump to"
          className="fixed top-[14vh] left-1/2 z-[60] w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-xl border border-line-strong bg-raised shadow-3 outline-none"
        >
          <Autocomplete.Root
            open
            inline
            items={commands}
            filter={null}
            autoHighlight="always"
            itemToStringValue={(command: Command) => command.label}
            value={text}
            onValueChange={setText}
          >
            <div className="flex h-12 items-center gap-3 border-b border-line px-4">
              <Search aria-hidden className="size-4 text-text-3" />
              <Autocomplete.Input
                placeholder="A page, a listener, a flow, or any id"
                aria-label="A page, a listener, a flow, or any id"
                className="h-full flex-1 bg-transparent text-md outline-none"
              />
            </div>
            <Autocomplete.List className="max-h-[50vh] overflow-y-auto p-1.5">
              {(command: Command) => <CommandItem key={JSON.stringify([command.to, command.params])} command={command} onGo={go} />}
            </Autocomplete.List>
            <Autocomplete.Empty className="px-4 py-3 text-text-3 empty:hidden">
              {commands.length === 0 ? 'Nothing has this name, and no id begins so.' : null}
            </Autocomplete.Empty>
          </Autocomplete.Root>
          <div className="border-t border-line px-3 py-1 text-right">
            <button type="button" onClick={onKeys} className="min-h-target text-xs font-medium text-accent-text hover:underline">
              All keys
            </button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function CommandItem({ command, onGo }: { readonly command: Command; onGo(command: Command): void }) {
  const Icon = iconOf(command.to)
  return (
    <Autocomplete.Item
      value={command}
      onClick={() => onGo(command)}
      className="flex h-9 cursor-default items-center gap-3 rounded-md px-3 outline-none data-highlighted:bg-selected"
    >
      <Icon aria-hidden strokeWidth={1.75} className="size-4 shrink-0 text-text-3" />
      <span className="clip flex-1">{command.label}</span>
      <span className="text-xs text-text-3">{command.hint}</span>
    </Autocomplete.Item>
  )
}

/** So many of each at once: who types on sees fewer. */
const NAMED_MAX = 10

const nouns: readonly Noun[] = ['listener', 'flow', 'endpoint']

/** Listeners, flows and endpoints that hold the text in what people call them: the server looks. */
function useNamed(app: string, text: string): readonly Command[] {
  return useQueries({
    queries: nouns.map((noun) => ({ ...foundQuery(app, noun, text, NAMED_MAX), enabled: text !== '' })),
    combine: (results) =>
      results.flatMap(({ data = [] }, at) =>
        data.flatMap(({ id, uid, label }) => {
          const { to, params } = routeOfId(app, id) ?? {}
          if (to === undefined || params === undefined) return []
          return [{ label: uid === null || uid === label ? label : `${label} (${uid})`, hint: nouns[at]!, to, params }]
        }),
      ),
  })
}

function commandsFor(app: string, text: string, named: readonly Command[]): readonly Command[] {
  const wanted = text.trim()
  const route = routeOfId(app, wanted)
  if (route !== undefined) return [{ label: wanted, hint: `Open this ${route.noun}`, to: route.to, params: route.params }]
  const isMeant = ({ label }: { readonly label: string }): boolean => label.toLowerCase().includes(wanted.toLowerCase())
  const ofPages = pageGroups.flatMap(({ title, pages }) =>
    pages
      .filter(isMeant)
      .map(({ label, to, key }) => ({ label, hint: key === undefined ? (title ?? '') : `g ${key}`, to, params: { app } })),
  )
  return wanted === '' ? ofPages : [...ofPages, ...named]
}
