import { z } from 'zod';

const text = z.string().nullish();
const buttonSchema = z.looseObject({ label: text, link: text });
/** As the door checks content that comes with an event (a test holds the two together): types of known keys, which are those of all channels; others pass. */
export const contentSchema: z.ZodType<Record<string, unknown>> = z
  .looseObject({ channel: text, subject: text, from: text, html: text, text, title: text, body: text, icon: text, image: text, click_action: text, media_url: text, buttons: z.array(buttonSchema).nullish() })
  .meta({ id: 'Content', description: 'Delivered as `content` where a hook asks for it. By channel: email subject, from, html, text; sms from, text; push title, body, icon, image, click_action, buttons; messengers text, media_url, buttons.' });
