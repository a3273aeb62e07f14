import { isRawObject, type RawObject } from '../hook/raw-object.ts';
import type { Given, Tell } from './platform-hook.ts';
import { bareWord, readList, readNumber, readSwitch, type SettingName } from './platform-words.ts';

type Take = (name: SettingName) => Given | undefined;
type Kind = 'http' | 'rabbitmq_queue' | 'rabbitmq_exchange' | 'kafka';

/** By the words of the request type; where there are none, by what only one kind has. */
function kindOf(given: Given | undefined, has: (name: SettingName) => boolean, tell: Tell): Kind {
  const word = typeof given?.value === 'string' ? bareWord(given.value) : '';
  if (word.includes('kafka')) return 'kafka';
  if (word.includes('exchange')) return 'rabbitmq_exchange';
  if (word.includes('queue')) return 'rabbitmq_queue';
  if (/http|json|batch|post/.test(word)) return 'http';
  if (given !== undefined) tell(given.path, 'request_type_unknown', 'This is no kind of request that is known; it is taken for what its other settings say.');
  if (has('topic') || has('brokers')) return 'kafka';
  if (has('exchange')) return 'rabbitmq_exchange';
  return has('queue') ? 'rabbitmq_queue' : 'http';
}

/** The `request` of a hook. Secrets that are masked or missing are left out: saving says that they are needed. */
export function requestOf(take: Take, tell: Tell): RawObject {
  const given = new Map<SettingName, Given>();
  const peek = (name: SettingName): Given | undefined => {
    const found = given.get(name) ?? take(name);
    if (found !== undefined) given.set(name, found);
    return found;
  };
  const type = peek('requestType');
  // "Type" is the exchange's own word too.
  const isExchangeType = typeof type?.value === 'string' && ['direct', 'topic'].includes(bareWord(type.value));
  const kind = kindOf(isExchangeType ? undefined : type, (name) => peek(name) !== undefined, tell);
  const parts: RawObject = kind === 'http' ? httpOf(peek, tell) : kind === 'kafka' ? kafkaOf(peek, tell) : rabbitmqOf(peek, kind, isExchangeType ? type : undefined, tell);
  const used = new Set<SettingName>(['requestType', ...USED[kind]]);
  for (const [name, { path }] of given) if (!used.has(name)) tell(path, 'setting_not_used', `This kind of request has no ${name}.`);
  return { type: kind, ...parts };
}

const RABBITMQ: readonly SettingName[] = ['host', 'port', 'username', 'password', 'vhost', 'tls'];
const USED: Readonly<Record<Kind, readonly SettingName[]>> = {
  http: ['url', 'batchSize', 'window', 'pattern', 'auth', 'headers'],
  rabbitmq_queue: [...RABBITMQ, 'queue'],
  rabbitmq_exchange: [...RABBITMQ, 'exchange', 'exchangeType', 'durable', 'autoDelete'],
  kafka: ['brokers', 'topic', 'key', 'tls', 'sasl', 'username', 'password'],
};

/** `{ [field]: value }`, or nothing where it was not given. */
const member = (field: string, given: Given | undefined, read: (value: unknown) => unknown = (value) => value): RawObject => (given === undefined || given.value === null ? {} : { [field]: read(given.value) });
const number = (value: unknown): unknown => readNumber(value) ?? value;
const flag = (value: unknown): unknown => readSwitch(value) ?? value;

function secret(field: string, given: Given | undefined, tell: Tell): RawObject {
  if (given === undefined || given.value === null || given.value === '') return {};
  if (typeof given.value === 'string' && !/^\*+$/.test(given.value)) return { [field]: given.value };
  tell(given.path, 'secret_masked', 'The secret is not in the description: set it by hand.');
  return {};
}

function httpOf(peek: Take, tell: Tell): RawObject {
  const pattern = peek('pattern');
  const hasPattern = typeof pattern?.value === 'string' && pattern.value !== '';
  return {
    ...member('url', peek('url')), ...member('max_batch_size', peek('batchSize'), number), ...member('timeout_sec', peek('window'), number),
    ...(hasPattern ? { success_pattern: pattern.value } : {}),
    // The platform's own rule where there is no pattern.
    success_status: hasPattern ? '2xx' : '200',
    ...member('headers', peek('headers')), ...authOf(peek('auth'), tell),
  };
}

function authOf(given: Given | undefined, tell: Tell): RawObject {
  if (given === undefined || given.value === null || ['', 'none', 'no', 'false', 'withoutauthorization', 'noauthorization'].includes(bareWord(String(given.value)))) return {};
  const { value } = given;
  if (isRawObject(value)) {
    const find = (...words: readonly string[]): unknown => Object.entries(value).find(([key]) => words.includes(bareWord(key)))?.[1];
    const [tokenUrl, clientId, clientSecret] = [find('tokenurl', 'accesstokenurl', 'url'), find('clientid', 'id'), find('clientsecret', 'secret')];
    const scope = find('scope', 'scopes');
    if (typeof tokenUrl === 'string' && typeof clientId === 'string' && typeof clientSecret === 'string' && !/^\*+$/.test(clientSecret)) {
      return { auth: { type: 'oauth2', token_url: tokenUrl, client_id: clientId, client_secret: clientSecret, ...(typeof scope === 'string' ? { scope } : {}) } };
    }
  }
  tell(given.path, 'auth_unmapped', 'OAuth2 needs token_url, client_id and client_secret, which are not all here: the hook has no authorization until they are set.');
  return {};
}

function rabbitmqOf(peek: Take, kind: 'rabbitmq_queue' | 'rabbitmq_exchange', type: Given | undefined, tell: Tell): RawObject {
  const connection = {
    ...member('host', peek('host')), ...member('port', peek('port'), number), ...member('username', peek('username')), ...secret('password', peek('password'), tell), ...member('vhost', peek('vhost')), ...member('tls', peek('tls'), flag),
  };
  if (kind === 'rabbitmq_queue') return { ...connection, ...member('queue', peek('queue')) };
  const lower = (value: unknown): unknown => (typeof value === 'string' ? value.toLowerCase() : value);
  return { ...connection, ...member('exchange', peek('exchange')), ...member('exchange_type', peek('exchangeType') ?? type, lower), ...member('durable', peek('durable'), flag), ...member('auto_delete', peek('autoDelete'), flag) };
}

function kafkaOf(peek: Take, tell: Tell): RawObject {
  const [username, sasl] = [peek('username'), peek('sasl')];
  const mechanism = typeof sasl?.value === 'string' && bareWord(sasl.value) !== 'none' ? mechanismOf(sasl.value) : username === undefined ? undefined : 'plain';
  const password = secret('password', peek('password'), tell);
  return {
    ...member('brokers', peek('brokers'), readList), ...member('topic', peek('topic')), ...member('tls', peek('tls'), flag),
    ...member('key', peek('key'), (value) => (bareWord(String(value)) === 'profileid' ? 'profile_id' : 'routing_key')),
    ...(mechanism === undefined ? {} : { sasl: { mechanism, ...member('username', username), ...password } }),
  };
}

function mechanismOf(text: string): string {
  const word = bareWord(text);
  if (word.includes('512')) return 'scram-sha-512';
  return word.includes('256') ? 'scram-sha-256' : 'plain';
}
