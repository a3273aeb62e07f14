import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useText } from '../text/use-text.ts';
import { Button } from './controls.tsx';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
  /** Asks something that should not be waved away. */
  readonly alert?: boolean;
}

export function Dialog({ title, isOpen, onClose, children, wide, alert }: DialogProps): ReactNode {
  const t = useText();
  return (
    <ModalOverlay className="overlay" isOpen={isOpen} onOpenChange={(open) => !open && onClose()} isDismissable={!alert}>
      <Modal className={`modal${wide ? ' wide' : ''}`}>
        <AriaDialog role={alert ? 'alertdialog' : 'dialog'}>
          <header>
            <Heading slot="title">{title}</Heading>
            {alert ? null : <Button tone="quiet" className="icon" aria-label={t.app.close} onPress={onClose}><X aria-hidden size={18} /></Button>}
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export function Confirm({ title, text, confirm, danger, isOpen, onConfirm, onClose, cancel, busy }: { readonly title: string; readonly text: string; readonly confirm: string; readonly cancel?: string; readonly danger?: boolean; readonly busy?: boolean; readonly isOpen: boolean; readonly onConfirm: () => void; readonly onClose: () => void }): ReactNode {
  const t = useText();
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} alert>
      <p>{text}</p>
      <div className="buttons end">
        <Button onPress={onClose} autoFocus>{cancel ?? t.app.cancel}</Button>
        <Button tone={danger ? 'danger' : 'primary'} onPress={onConfirm} isPending={busy ?? false}>{confirm}</Button>
      </div>
    </Dialog>
  );
}
