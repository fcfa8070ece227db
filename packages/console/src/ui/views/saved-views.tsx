import type { ViewOut } from '@posthorn/sdk'
import { useQuery } from '@tanstack/react-query'
import { Bookmark, ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../../lib/me.ts'
import { surface } from '../../lib/surface.ts'
import { chip } from '../filters.tsx'
import { Menu, MenuItem, MenuLine, MenuTitle } from '../menu.tsx'
import { ManageViews } from './manage-views.tsx'
import { SaveView } from './save-view.tsx'
import { type Filters, filtersIn, given, isSame, viewsQuery } from './views.ts'

interface Props {
  readonly app: string
  readonly list: ViewOut['list']
  /** What stands in the address. */
  readonly search: object
  onChoose(filters: Filters): void
}

/** The filters that are kept under a name: to choose one, and to keep those that are set. People of a customer have none. */
export function SavedViews(props: Props) {
  return surface.isPortal ? null : <ViewsMenu {...props} />
}

function ViewsMenu({ app, list, search, onChoose }: Props) {
  const may = useMay('change')
  const views = useQuery(viewsQuery(app, list)).data ?? []
  const [dialog, setDialog] = useState<'save' | 'manage'>()
  const filters = filtersIn(search)
  const current = [...views, ...given[list]].find((view) => isSame(view.search, filters))
  const close = (): void => setDialog(undefined)
  return (
    <>
      <Menu
        align="start"
        trigger={
          <button type="button" data-filter-chip aria-label="Views" className={chip(current !== undefined)}>
            <Bookmark aria-hidden />
            {current?.name ?? 'Views'}
            <ChevronDown aria-hidden />
          </button>
        }
      >
        <Choices title="Ready-made" views={given[list]} onChoose={onChoose} />
        <Choices title="Shared" views={views.filter(({ shared }) => shared)} onChoose={onChoose} />
        <Choices title="Yours" views={views.filter(({ shared }) => !shared)} onChoose={onChoose} />
        <MenuLine />
        <MenuItem onSelect={() => setDialog('save')} disabled={Object.keys(filters).length === 0}>
          Save these filters
        </MenuItem>
        {views.some((view) => may || !view.shared) && <MenuItem onSelect={() => setDialog('manage')}>Rename or remove</MenuItem>}
      </Menu>
      {dialog === 'save' && <SaveView app={app} list={list} filters={filters} onClose={close} />}
      {dialog === 'manage' && <ManageViews app={app} list={list} onClose={close} />}
    </>
  )
}

interface Choice {
  readonly name: string
  readonly search: Filters
}

function Choices({
  title,
  views,
  onChoose,
}: {
  readonly title: string
  readonly views: readonly Choice[]
  onChoose(filters: Filters): void
}) {
  if (views.length === 0) return null
  return (
    <>
      <MenuTitle>{title}</MenuTitle>
      {views.map(({ name, search }) => (
        <MenuItem key={name} onSelect={() => onChoose(search)}>
          <span className="max-w-72 truncate">{name}</span>
        </MenuItem>
      ))}
    </>
  )
}
