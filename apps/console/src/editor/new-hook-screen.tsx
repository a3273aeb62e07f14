import type { ReactNode } from 'react';
import { HookEditor } from './hook-editor.tsx';

export const NewHookScreen = (): ReactNode => <HookEditor hook={null} />;
