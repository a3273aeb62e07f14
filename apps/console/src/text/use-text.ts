import { useSyncExternalStore } from 'react';
import { en, type Texts } from './en.ts';
import { ru } from './ru.ts';

export type Language = 'en' | 'ru';

const KEY = 'hookline.language';
const TEXTS: Readonly<Record<Language, Texts>> = { en, ru };
const listeners = new Set<() => void>();

let language: Language = localStorage.getItem(KEY) === 'ru' || (localStorage.getItem(KEY) === null && navigator.language.startsWith('ru')) ? 'ru' : 'en';
document.documentElement.lang = language;

export function setLanguage(next: Language): void {
  language = next;
  localStorage.setItem(KEY, next);
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useLanguage = (): Language => useSyncExternalStore(subscribe, () => language);

/** The words of the language that is chosen. */
export const useText = (): Texts => TEXTS[useLanguage()];

/** For dates and numbers: the browser's own variety of the language, where it is that language. */
export function useFormatLocale(): string {
  const chosen = useLanguage();
  return navigator.language.startsWith(chosen) ? navigator.language : chosen;
}
