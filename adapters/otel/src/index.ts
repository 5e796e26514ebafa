export { type TelemetryHookOptions, telemetryHook } from './hook.ts'
