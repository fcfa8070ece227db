import { Note } from '../../ui/note.tsx'

/** As the warning of the API, which comes when it is saved. */
const SHORT_BELOW = 12

/** Beside a field in which a secret is written that lets callers in. */
export function GuessableNote({ secret }: { readonly secret: string }) {
  if (secret === '' || secret.length >= SHORT_BELOW) return null
  return <Note title="This can be guessed: use 16 random characters or more." />
}
