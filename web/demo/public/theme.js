// Before anything is drawn: the theme that the reader chose here, if not the system's.
try {
  const { theme } = JSON.parse(localStorage.getItem('attenscope-settings') ?? '{}')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // No storage, or something else in it: the system's theme.
}
