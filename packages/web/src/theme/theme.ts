import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from '@mantine/core'
import i18next from 'i18next'
import { keepFocus } from './keep-focus.ts'

/** The one accent; shade 7 carries white text, shade 4 stands on dark grounds. */
const teal: MantineColorsTuple = [
  '#e6f6f3',
  '#d0ece7',
  '#a3dad0',
  '#72c6b9',
  '#2cbfae',
  '#1aa192',
  '#128a7d',
  '#0f766e',
  '#0c5f59',
  '#084843',
]

/** The red of failures, at the shades that both schemes are drawn with. */
const red: MantineColorsTuple = [
  '#fdeeec',
  '#fde7e4',
  '#f9c9c3',
  '#f4a59c',
  '#ff8577',
  '#e8604f',
  '#cf3f2f',
  '#b42318',
  '#931d14',
  '#6f160f',
]

/** Greys with a slight warmth, so that surfaces and tokens.css agree. */
const dark: MantineColorsTuple = [
  '#ebe8e2',
  '#c9c4ba',
  '#aaa498',
  '#918b80',
  '#47433c',
  '#312e2a',
  '#23221f',
  '#1b1a18',
  '#141311',
  '#100f0e',
]

const gray: MantineColorsTuple = [
  '#f8f7f4',
  '#f1efea',
  '#e6e2da',
  '#d3cdc2',
  '#b8b1a5',
  '#978f83',
  '#7a746a',
  '#625d54',
  '#3d3933',
  '#1f1d1a',
]

/** What is written on a filled button. */
const INK: Readonly<Record<string, string>> = { teal: 'var(--accent-ink)', red: 'var(--surface)' }

/** Read when a button is drawn: the language may have changed by then. */
const namedCloseButton = {
  get 'aria-label'() {
    return i18next.t('actions.close')
  },
}

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  colors: { teal, red, dark, gray },
  fontFamily: 'var(--rota-font)',
  fontFamilyMonospace: 'var(--rota-mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'md',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '28px' },
      h2: { fontSize: '16px', lineHeight: '24px' },
      h3: { fontSize: '14px', lineHeight: '20px' },
    },
  },
  // Accent and red are bright on dark grounds: what stands on them is dark there.
  variantColorResolver: (input) => {
    const colours = defaultVariantColorsResolver(input)
    const ink = input.variant === 'filled' && INK[input.color ?? input.theme.primaryColor]
    return ink ? { ...colours, color: ink } : colours
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', comboboxProps: { shadow: 'md' } } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    TagsInput: { defaultProps: { size: 'xs' } },
    Autocomplete: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Tabs: { defaultProps: { keepMounted: false } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300, multiline: true, maw: 420 } },
    Table: { defaultProps: { borderColor: 'var(--line)' } },
    Modal: {
      styles: { title: { fontSize: '16px', fontWeight: 600 } },
      defaultProps: {
        closeButtonProps: namedCloseButton,
        centered: true,
        onExitTransitionEnd: keepFocus,
        overlayProps: { backgroundOpacity: 0.35 },
      },
    },
    Drawer: {
      defaultProps: {
        closeButtonProps: namedCloseButton,
        position: 'right',
        onExitTransitionEnd: keepFocus,
        overlayProps: { backgroundOpacity: 0.15 },
      },
    },
    Notification: { defaultProps: { closeButtonProps: namedCloseButton } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end' } },
  },
})

/** Mantine draws with the tokens of tokens.css. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-dim)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-placeholder': 'var(--ink-faint)',
    '--mantine-color-error': 'var(--failed)',
    '--mantine-color-anchor': 'var(--accent)',
  }
  return { variables: {}, light: shared, dark: shared }
}
