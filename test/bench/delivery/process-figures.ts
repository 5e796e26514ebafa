import { readFileSync } from 'node:fs'

/** Ticks of `/proc/PID/stat` in a second: fixed at 100 on Linux, whatever the kernel's own rate is. */
const TICKS = 100

/** Memory of a process that lies in RAM, in bytes. Linux only. */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kib) * 1024
}

/** Processor time that a process has used so far, in seconds, its kernel part too. Linux only. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

/** Throws a sentence when this process may not open so many files at once. Node has raised its own limit as far as it may. */
export function requireOpenFiles(needed: number): void {
  const report = process.report.getReport() as unknown as {
    readonly userLimits: { readonly open_files: { readonly soft: number | 'unlimited' } }
  }
  const allowed = report.userLimits.open_files.soft
  if (allowed === 'unlimited' || allowed >= needed) return
  throw new Error(
    `This needs ${needed} open files in one process and may have ${allowed}: raise the limit (ulimit -n ${needed}) and start again.`,
  )
}
