import { PosthornError, type MemberOut } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { LinkDialog, type ShownLink } from './link-dialog.tsx'
import { roleOptions } from './member-roles.ts'

const FORM = 'invite-member'

/** Asks whom to invite and as what, then shows the link. */
export function InviteMember({ onClose }: { onClose(): void }) {
  const queries = useQueryClient()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<MemberOut['role']>('operator')
  const [applications, setApplications] = useState('')
  const [link, setLink] = useState<ShownLink>()
  const names = role === 'owner' ? [] : applications.split(/[\s,]+/).filter((name) => name !== '')
  const invite = useMutation({
    mutationFn: () => api.member.create({ email, role, applications: names.length === 0 ? null : names }),
    onSuccess: (made) => {
      setLink(made)
      void queries.invalidateQueries({ queryKey: ['members'] })
    },
  })
  const fault = invite.error instanceof PosthornError ? invite.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    invite.mutate()
  }
  if (link !== undefined) return <LinkDialog email={email} shown={link} onClose={onClose} />
  return (
    <Dialog
      open
      onClose={onClose}
      title="Invite member"
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={invite.isPending}>
            Invite member
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <TextField label="Email" type="email" autoFocus value={email} onText={setEmail} fault={faultOf(fault, '/email')} />
        <SelectField<MemberOut['role']> label="Role" options={roleOptions} value={role} onValue={setRole} fault={faultOf(fault, '/role')} />
        {role !== 'owner' && (
          <TextField
            label="Applications"
            optional
            mono
            value={applications}
            onText={setApplications}
            hint="Uids, with commas between them. Empty: all."
            fault={faultOf(fault, '/applications')}
          />
        )}
        {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
      </form>
    </Dialog>
  )
}
