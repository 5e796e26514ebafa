export function RampPage() {
  return null
}
