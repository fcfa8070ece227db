export function NewListenerPage() {
  return null
}
