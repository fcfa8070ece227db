import { Settings } from 'lucide-react'
import { lazy } from 'react'
import { useMe } from '../lib/me.ts'
import { IconButton } from '../ui/button.tsx'
import { Initials } from './initials.tsx'
import { LateMenu } from './late-menu.tsx'

const PersonMenu = lazy(() => import('./frame-menus.tsx').then((module) => ({ default: module.PersonMenu })))
const OrganisationMenu = lazy(() => import('./frame-menus.tsx').then((module) => ({ default: module.OrganisationMenu })))

/** Who sits here, and what is theirs; behind the gear what belongs to all applications. */
export function Person() {
  const me = useMe()
  const name = me?.name ?? ''
  return (
    <div className="mt-auto flex items-center gap-1 pt-3">
      <LateMenu
        menu={(trigger) => <PersonMenu trigger={trigger} />}
        trigger={
          <button
            type="button"
            aria-label={`${name === '' ? 'You' : name}: theme and signing out`}
            className="flex h-10 min-w-0 flex-1 items-center gap-2 rounded-md px-2 text-left hover:bg-hover"
          >
            <Initials name={name} />
            <span className="min-w-0 flex-1">
              <span className="clip block font-medium">{name}</span>
              <span className="clip block text-xs text-text-3">
                {me === undefined ? '' : me.kind === 'key' ? 'a key' : roleWords[me.role]}
              </span>
            </span>
          </button>
        }
      />
      {/* Who may enter some applications only sees nothing of what is everybody's. */}
      {(me === undefined || me.applications === null) && (
        <LateMenu
          menu={(trigger) => <OrganisationMenu trigger={trigger} />}
          trigger={
            <IconButton label="Organisation">
              <Settings aria-hidden />
            </IconButton>
          }
        />
      )}
    </div>
  )
}

const roleWords = { owner: 'Owner', operator: 'Operator', viewer: 'Viewer' } as const
