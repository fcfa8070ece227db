import type { MemberOut, MemberPatchIn } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Check, Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { useMe } from '../../lib/me.ts'
import { IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Menu, MenuItem, MenuLine, MenuTitle } from '../../ui/menu.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { LinkDialog, type ShownLink } from './link-dialog.tsx'
import { roleOptions } from './member-roles.ts'

/** What can be done with one member. What takes rights away ends the sessions at once. */
export function MemberMenu({ member }: { readonly member: MemberOut }) {
  const me = useMe()
  const { change, reset, remove, link, closeLink } = useMemberActions(member)
  const [removing, setRemoving] = useState(false)
  const shown = member.name === '' ? member.email : member.name
  const isMe = me?.id === member.id
  return (
    <>
      <Menu
        trigger={
          <IconButton size="sm" label={`Actions for ${shown}`}>
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuTitle>Role</MenuTitle>
        {roleOptions.map(({ value, word }) => (
          <MenuItem key={value} onSelect={() => value !== member.role && change.mutate({ role: value })}>
            <span className="flex-1">{word}</span>
            {value === member.role && <Check aria-label="chosen" />}
          </MenuItem>
        ))}
        <MenuLine />
        {member.state !== 'disabled' && (
          <MenuItem onSelect={() => reset.mutate()}>
            {member.state === 'invited' ? 'New invitation link' : 'Link for a new password'}
          </MenuItem>
        )}
        <MenuItem onSelect={() => change.mutate({ disabled: member.state !== 'disabled' })}>
          {member.state === 'disabled' ? 'Enable' : 'Disable'}
        </MenuItem>
        <MenuItem danger onSelect={() => setRemoving(true)}>
          Remove member
        </MenuItem>
      </Menu>
      <Confirm
        open={removing}
        onClose={() => setRemoving(false)}
        title={isMe ? 'Remove yourself?' : `Remove ${shown}?`}
        act="Remove member"
        onConfirm={() => {
          setRemoving(false)
          remove.mutate()
        }}
      >
        {isMe ? 'You are signed out at once.' : 'They are signed out at once.'} The audit log keeps what they did.
      </Confirm>
      {link !== undefined && <LinkDialog email={member.email} shown={link} onClose={closeLink} />}
    </>
  )
}

function useMemberActions({ id }: MemberOut) {
  const queries = useQueryClient()
  const [link, setLink] = useState<ShownLink>()
  const onSettled = (): void => void queries.invalidateQueries({ queryKey: ['members'] })
  const change = useMutation({
    mutationFn: (body: MemberPatchIn) => api.member.patch(id, body),
    onSuccess: ({ role, state }) => say(state === 'disabled' ? 'Disabled, and signed out.' : `Changed. Role: ${role}.`),
    onError: (error) => sayFailure('The member stays as it was.', wordsOf(error).detail),
    onSettled,
  })
  const reset = useMutation({
    mutationFn: () => api.member.reset(id),
    onSuccess: setLink,
    onError: (error) => sayFailure('No link was made.', wordsOf(error).detail),
  })
  const remove = useMutation({
    mutationFn: () => api.member.delete(id),
    onSuccess: () => say('Removed, and signed out.'),
    onError: (error) => sayFailure('The member stays.', wordsOf(error).detail),
    onSettled,
  })
  return { change, reset, remove, link, closeLink: () => setLink(undefined) }
}
