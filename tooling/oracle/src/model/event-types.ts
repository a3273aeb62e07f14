// What contract.md section 0 says about the event types that the oracle sends: the subjects they carry. Only types about which the page leaves no doubt.

export type Subject = 'resource' | 'mailing' | 'template' | 'segment' | 'pixel';

const OF_A_MESSAGE: readonly Subject[] = ['resource', 'mailing', 'template', 'segment'];

export const SUBJECTS_OF: Readonly<Record<string, readonly Subject[]>> = {
  send: OF_A_MESSAGE, deliv: OF_A_MESSAGE, sbounce: OF_A_MESSAGE, hbounce: OF_A_MESSAGE, complain: OF_A_MESSAGE, reply: OF_A_MESSAGE,
  open: OF_A_MESSAGE, uopen: OF_A_MESSAGE, click: OF_A_MESSAGE, uclick: OF_A_MESSAGE, unsub: OF_A_MESSAGE, read: OF_A_MESSAGE,
  send_sms: OF_A_MESSAGE, click_sms: OF_A_MESSAGE, open_push: OF_A_MESSAGE, click_push: OF_A_MESSAGE,
  campaign_launch: OF_A_MESSAGE,
  pixel: ['pixel'],
  segment_enter: ['segment'],
  import_api: [], import_file: [],
};

export const EVENT_TYPES: readonly string[] = Object.keys(SUBJECTS_OF);

/** The key of `event_data` that names a subject, and the filter of a hook that looks at it. */
export const SUBJECT_KEYS: Readonly<Record<Subject, { readonly field: string; readonly filter: FilterName }>> = {
  resource: { field: 'resource_id', filter: 'resources' },
  mailing: { field: 'campaign_id', filter: 'mailings' },
  template: { field: 'message_id', filter: 'templates' },
  segment: { field: 'segment_id', filter: 'segments' },
  pixel: { field: 'pixel_id', filter: 'pixels' },
};

export type FilterName = 'resources' | 'mailings' | 'templates' | 'segments' | 'pixels';
