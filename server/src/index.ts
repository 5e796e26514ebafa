export { type Clock, systemClock } from './clock.ts'
export { composeServer, type Outside, type Server } from './compose.ts'
export { type Config, ConfigError, type LogLevel, readConfig } from './config.ts'
