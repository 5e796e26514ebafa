import { createTheme, type MantineColorsTuple } from '@mantine/core'

const ink: MantineColorsTuple = [
  '#f5f5f4',
  '#e9e9e7',
  '#d6d6d3',
  '#b4b4b0',
  '#8c8c88',
  '#6b6b67',
  '#4d4d4a',
  '#363634',
  '#232322',
  '#141413',
]
const blue: MantineColorsTuple = [
  '#edf3ff',
  '#8fb8ff',
  '#b8d0ff',
  '#82aaff',
  '#5b8df5',
  '#3f76e8',
  '#2c64d8',
  '#2256c0',
  '#1d4fb4',
  '#173f91',
]
const red: MantineColorsTuple = [
  '#fff0ef',
  '#ff8f86',
  '#ffa59e',
  '#f77f78',
  '#e9574f',
  '#d93a34',
  '#c6252a',
  '#b81d24',
  '#b3191f',
  '#8f1217',
]

/** The shades are chosen so that text on a filled button has at least 4.5:1 in both schemes. */
export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 1 },
  colors: { ink, blue, red },
  black: '#1b1b1a',
  fontFamily:
    'ui-sans-serif, system-ui, -apple-system, "Segoe UI Variable Text", "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '11px', xl: '16px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // what marks the chosen one is dark where the scheme makes its ground light
    Checkbox: { defaultProps: { iconColor: 'var(--surface)' } },
    Radio: { defaultProps: { iconColor: 'var(--surface)' } },
    Button: { defaultProps: { size: 'sm', variant: 'filled' } },
    ActionIcon: { defaultProps: { variant: 'subtle', size: 'lg' } },
    ModalRoot: {
      defaultProps: { radius: 'lg', padding: 'lg', transitionProps: { duration: 120, transition: 'fade-down' } },
    },
    Tooltip: {
      defaultProps: {
        openDelay: 250,
        multiline: true,
        maw: 320,
        withArrow: true,
        events: { hover: true, focus: true, touch: true },
      },
    },
    // inside its landmark, and with items alone in it: a menu may hold nothing else that takes the focus
    Menu: {
      defaultProps: { shadow: 'md', radius: 'md', withinPortal: false, withInitialFocusPlaceholder: false },
    },
  },
})
