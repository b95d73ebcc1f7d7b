import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { t } from '#web/messages/messages.ts';

/** One colour to act with; everything else is ink on paper, and the four tones of a state. */
const petrol: MantineColorsTuple = [
  '#eef6f8',
  '#dceaee',
  '#b6d3db',
  '#8dbbc7',
  '#74c3d4',
  '#3f8fa1',
  '#1f7386',
  '#0b5a6b',
  '#094a58',
  '#063844',
];

const red: MantineColorsTuple = [
  '#fdf2f1',
  '#f9e2e1',
  '#f2c1bf',
  '#f2918d',
  '#e06a66',
  '#c9474a',
  '#b02a2e',
  '#a82327',
  '#8a1b1f',
  '#6b1417',
];

const gray: MantineColorsTuple = [
  '#f7f8f9',
  '#f1f3f4',
  '#e4e7ea',
  '#d3d8dc',
  '#b6bdc4',
  '#8a949d',
  '#66717b',
  '#4a555f',
  '#2f3942',
  '#1a222a',
];

const dark: MantineColorsTuple = [
  '#e3e8ec',
  '#b9c2ca',
  '#98a4ae',
  '#6f7c87',
  '#3d4852',
  '#2d373f',
  '#1f272e',
  '#171d23',
  '#12171c',
  '#0c1014',
];

const FONT =
  '"Segoe UI Variable Text", "Segoe UI", system-ui, -apple-system, "Noto Sans", "Liberation Sans", sans-serif';

const CLOSE = { 'aria-label': t('frame.close') };

export const theme = createTheme({
  colors: { petrol, red, gray, dark },
  primaryColor: 'petrol',
  // Both carry white letters at 5:1 and stand out from their ground at 3:1.
  primaryShade: { light: 7, dark: 6 },
  fontFamily: FONT,
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "Segoe UI Mono", "Liberation Mono", Menlo, monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.4' },
  headings: { fontFamily: FONT, fontWeight: '600' },
  defaultRadius: 3,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { withArrow: false, openDelay: 250, multiline: true, maw: 360 } },
    Modal: { defaultProps: { centered: false, radius: 4, closeButtonProps: CLOSE } },
    Drawer: { defaultProps: { closeButtonProps: CLOSE } },
  },
});

/** Mantine's own surfaces follow our tokens (tokens.css), so that there is one palette. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-soft)',
    '--mantine-color-placeholder': 'var(--ink-soft)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--sunken)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-anchor': 'var(--accent)',
  };
  return { variables: {}, light: shared, dark: shared };
};
