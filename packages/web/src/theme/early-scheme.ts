/** Where Mantine keeps the person's choice, and what it sets on the document: its documentation of colour schemes. */
const KEY = 'mantine-color-scheme-value'

/** Light or dark before anything is drawn: what is drawn light first and dark then flashes, or keeps colours of both. */
export function setSchemeEarly(): void {
  const chosen = localStorage.getItem(KEY)
  const isDark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.mantineColorScheme = isDark ? 'dark' : 'light'
}
