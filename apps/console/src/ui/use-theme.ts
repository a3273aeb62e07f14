import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'hookline.theme';
const listeners = new Set<() => void>();
const stored = localStorage.getItem(KEY);
let theme: Theme = stored === 'light' || stored === 'dark' ? stored : 'system';

function show(): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
show();

export function setTheme(next: Theme): void {
  theme = next;
  localStorage.setItem(KEY, next);
  show();
  for (const listener of listeners) listener();
}

export const useTheme = (): Theme =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => theme);
