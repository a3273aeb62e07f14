// How settings pages and their exports may call things: compared without case, spaces and punctuation.

/** `Maximum batch size` and `max_batch_size` come near each other. */
export function bareWord(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Settings of a hook (contract.md 1, 6) → the words for each, bare. */
export const SETTING_WORDS = {
  name: ['name', 'title', 'hookname'],
  active: ['active', 'enabled', 'isactive', 'isenabled', 'switchedon', 'activeswitch', 'status', 'state'],
  database: ['database', 'databaseid', 'db', 'dbid', 'listid', 'profiledatabase'],
  actions: ['actions', 'action', 'events', 'event', 'eventtypes', 'eventtype', 'actiontypes'],
  filters: ['additionalfilters', 'additionalfilter', 'filters', 'filter'],
  resources: ['resources', 'resource', 'resourceids', 'resourceid'],
  mailings: ['mailings', 'mailing', 'mailingids', 'mailingid', 'campaigns', 'campaign', 'campaignids', 'campaignid'],
  templates: ['templates', 'template', 'templateids', 'templateid', 'messages', 'messageids', 'messageid'],
  segments: ['segments', 'segment', 'segmentids', 'segmentid'],
  pixels: ['pixels', 'pixel', 'pixelids', 'pixelid'],
  requestType: ['requesttype', 'type', 'request', 'transport', 'destinationtype', 'requestkind'],
  customData: ['customdata', 'customdatafields', 'customfields', 'customdatatemplate', 'profilefields', 'additionaldata'],
  content: ['addmessagescontent', 'addmessagecontent', 'messagescontent', 'messagecontent', 'includecontent', 'addcontent', 'content'],
  url: ['url', 'endpoint', 'address', 'link', 'requesturl'],
  batchSize: ['maximumbatchsize', 'maxbatchsize', 'batchsize', 'batchmaxsize', 'maximumbatch'],
  window: ['timeoutsec', 'timeout', 'timeoutseconds', 'batchtimeout', 'timeoutsecs'],
  pattern: ['apiresponsesuccessmessage', 'responsesuccessmessage', 'apisuccessmessage', 'successmessage', 'successpattern', 'apiresponsesuccess'],
  auth: ['authorization', 'authorisation', 'authentication', 'auth', 'authtype', 'oauth2', 'oauth', 'oauth2connection'],
  headers: ['headers', 'customheaders', 'httpheaders'],
  host: ['host', 'hostname', 'server', 'brokerhost', 'rabbitmqhost'],
  port: ['port', 'rabbitmqport'],
  username: ['user', 'username', 'login', 'rabbitmquser'],
  password: ['password', 'pass', 'rabbitmqpass'],
  vhost: ['virtualhost', 'vhost', 'rabbitmqvhost'],
  queue: ['queue', 'queuename'],
  exchange: ['exchange', 'exchangename'],
  exchangeType: ['exchangetype', 'typeofexchange'],
  durable: ['durable', 'isdurable'],
  autoDelete: ['autodelete', 'isautodelete'],
  tls: ['tls', 'ssl', 'usetls', 'usessl', 'secure'],
  brokers: ['brokers', 'broker', 'bootstrapservers', 'servers', 'kafkabrokers', 'hosts'],
  topic: ['topic', 'topicname', 'kafkatopic'],
  key: ['key', 'messagekey', 'partitionkey'],
  sasl: ['sasl', 'saslmechanism', 'mechanism'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type SettingName = keyof typeof SETTING_WORDS;

const BY_WORD: ReadonlyMap<string, SettingName> = new Map(Object.entries(SETTING_WORDS).flatMap(([name, words]) => words.map((word) => [word, name as SettingName] as const)));

export function settingOf(key: string): SettingName | undefined {
  return BY_WORD.get(bareWord(key));
}

const YES: readonly string[] = ['true', 'yes', 'on', '1', 'checked', 'enabled', 'active'];
const NO: readonly string[] = ['false', 'no', 'off', '0', 'unchecked', 'disabled', 'inactive', ''];

/** A switch or a checkbox; undefined = neither. */
export function readSwitch(value: unknown): boolean | undefined {
  const word = bareWord(String(value ?? ''));
  if (YES.includes(word)) return true;
  return NO.includes(word) ? false : undefined;
}

/** A number, also where it is written as a text; undefined = none. */
export function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : undefined;
}

/** What a list holds: an array, or a text with commas; a single value is a list of one. */
export function readList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return value.split(/[,;\n]/).map((part) => part.trim()).filter((part) => part !== '');
  return value === null || value === undefined ? [] : [value];
}

/** `All databases`, an empty choice, `any`: no narrowing. */
export function meansAll(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && /^(all\p{L}*|any|)$/u.test(bareWord(value)));
}
