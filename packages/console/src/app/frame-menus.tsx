import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Check, LogOut, Moon, Search, Sun, SunMoon } from 'lucide-react'
import type { ReactElement } from 'react'
import { api } from '../lib/api.ts'
import { useMe } from '../lib/me.ts'
import { Menu, MenuItem, MenuLine, MenuTitle } from '../ui/menu.tsx'
import { wordsOf } from '../ui/states.tsx'
import { sayFailure } from '../ui/toast.tsx'
import { useApplications } from './applications.ts'
import { Initials } from './initials.tsx'
import { type Theme, useTheme } from './theme.ts'
import { useOrganisationPages } from './use-organisation-pages.ts'

interface Props {
  readonly trigger: ReactElement
}

/** To another application. */
export function ApplicationMenu({ trigger }: Props) {
  const navigate = useNavigate()
  const { known, isWhole } = useApplications()
  return (
    <Menu open align="start" trigger={trigger}>
      <MenuTitle>Applications</MenuTitle>
      {known.map(({ id, uid, name }) => (
        <MenuItem key={id} onSelect={() => void navigate({ to: '/a/$app', params: { app: uid ?? id } })}>
          <Initials name={name} />
          <span className="clip">{name}</span>
        </MenuItem>
      ))}
      {!isWhole && (
        <>
          <MenuLine />
          <MenuItem onSelect={() => void navigate({ to: '/org/applications' })}>
            <Search aria-hidden />
            Find another
          </MenuItem>
        </>
      )}
    </Menu>
  )
}

/** Theme and signing out. */
export function PersonMenu({ trigger }: Props) {
  const me = useMe()
  return (
    <Menu open align="start" trigger={trigger}>
      {me?.email != null && <MenuTitle>{me.email}</MenuTitle>}
      <ThemeItems />
      {me?.kind === 'member' && <SignOut />}
    </Menu>
  )
}

/** What belongs to all applications. */
export function OrganisationMenu({ trigger }: Props) {
  const navigate = useNavigate()
  const pages = useOrganisationPages()
  return (
    <Menu open trigger={trigger}>
      <MenuTitle>Organisation</MenuTitle>
      {pages.map(({ label, to, icon: Icon }) => (
        <MenuItem key={to} onSelect={() => void navigate({ to })}>
          <Icon aria-hidden />
          {label}
        </MenuItem>
      ))}
    </Menu>
  )
}

const themes: readonly { readonly value: Theme; readonly label: string; readonly icon: typeof Sun }[] = [
  { value: 'system', label: 'As the system', icon: SunMoon },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
]

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
