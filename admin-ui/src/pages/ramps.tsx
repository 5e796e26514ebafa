export function RampsPage() {
  return null
}
