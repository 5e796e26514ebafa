/** Of OFREP 0.3: all flags, and below it one by its key. */
export const OFREP_FLAGS = '/ofrep/v1/evaluate/flags'
/** Where pages are told to ask again. */
export const OFREP_STREAM = '/ofrep/v1/stream'
