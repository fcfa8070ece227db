import { Plus } from 'lucide-react'
import { useMe } from '../../lib/me.ts'
import { IconButton } from '../../ui/button.tsx'
import { CopyIcon } from '../../ui/copy-button.tsx'
import { Field, inputLook } from '../../ui/field.tsx'

/** What a suffix will be reached at, as the server makes it: its own public name, never that of this page. */
function publicUrlOf(publicUrl: string, app: string, suffix: string): string {
  return `${publicUrl}/in/${app}${suffix.startsWith('/') ? '' : '/'}${suffix.trim()}`
}

/** Public URL: read-only; + makes it of the suffix, and the icon copies it. */
export function PublicUrlField({
  app,
  suffix,
  made,
  onMake,
}: {
  readonly app: string
  readonly suffix: string
  /** Once it was made it follows the suffix. */
  readonly made: boolean
  onMake(): void
}) {
  const publicUrl = useMe()?.publicUrl ?? ''
  const ready = made && suffix.trim() !== ''
  const url = ready ? publicUrlOf(publicUrl, app, suffix) : ''
  return (
    <Field
      label="Public URL"
      hint={ready ? 'It takes requests as soon as you save.' : 'Made of the suffix. It takes requests as soon as you save.'}
    >
      {(ids) => (
        <span className="flex items-center gap-1">
          <input {...ids} readOnly value={url} placeholder="Press + to make it" className={`h-control font-mono ${inputLook(false)}`} />
          {ready ? (
            <CopyIcon size="md" text={url} label="Copy the Public URL" />
          ) : (
            <IconButton kind="outline" label="Make the Public URL" onClick={onMake}>
              <Plus aria-hidden />
            </IconButton>
          )}
        </span>
      )}
    </Field>
  )
}
