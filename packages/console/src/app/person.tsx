import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Check, LogOut, Moon, Settings, Sun, SunMoon } from 'lucide-react'
import { api } from '../lib/api.ts'
import { useMe } from '../lib/me.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuItem, MenuLine, MenuTitle } from '../ui/menu.tsx'
import { wordsOf } from '../ui/states.tsx'
import { sayFailure } from '../ui/toast.tsx'
import { Initials } from './initials.tsx'
import { organisationPages } from './pages.ts'
import { type Theme, useTheme } from './theme.ts'

const themes: readonly { readonly value: Theme; readonly label: string; readonly icon: typeof Sun }[] = [
  { value: 'system', label: 'As the system', icon: SunMoon },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
]

/** Who sits here, and what is theirs; behind the gear what belongs to all applications. */
export function Person() {
  const me = useMe()
  const name = me?.name ?? ''
  return (
    <div className="mt-auto flex items-center gap-1 pt-3">
      <Menu
        align="start"
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
      >
        {me?.email != null && <MenuTitle>{me.email}</MenuTitle>}
        <ThemeItems />
        {me?.kind === 'member' && <SignOut />}
      </Menu>
      <Organisation manages={me?.may.manage ?? true} isAll={me === undefined || me.applications === null} />
    </div>
  )
}

const roleWords = { owner: 'Owner', operator: 'Operator', viewer: 'Viewer' } as const

function ThemeItems() {
  const [theme, choose] = useTheme()
  return themes.map(({ value, label, icon: Icon }) => (
    <MenuItem key={value} onSelect={() => choose(value)}>
      <Icon aria-hidden />
      <span className="flex-1">{label}</span>
      {value === theme && <Check aria-label="chosen" />}
    </MenuItem>
  ))
}

function SignOut() {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const out = useMutation({
    mutationFn: () => api.session.delete(),
    onSuccess: async () => {
      await navigate({ to: '/sign-in' })
      queries.clear()
    },
    onError: (error) => sayFailure('You are still signed in.', wordsOf(error).detail),
  })
  return (
    <>
      <MenuLine />
      <MenuItem onSelect={() => out.mutate()}>
        <LogOut aria-hidden />
        Sign out
      </MenuItem>
    </>
  )
}

function Organisation({ manages, isAll }: { readonly manages: boolean; readonly isAll: boolean }) {
  const navigate = useNavigate()
  // Who may enter some applications only sees nothing of what is everybody's.
  if (!isAll) return null
  return (
    <Menu
      trigger={
        <IconButton label="Organisation">
          <Settings aria-hidden />
        </IconButton>
      }
    >
      <MenuTitle>Organisation</MenuTitle>
      {organisationPages
        .filter((page) => manages || !('forOwners' in page))
        .map(({ label, to, icon: Icon }) => (
          <MenuItem key={to} onSelect={() => void navigate({ to })}>
            <Icon aria-hidden />
            {label}
          </MenuItem>
        ))}
    </Menu>
  )
}
