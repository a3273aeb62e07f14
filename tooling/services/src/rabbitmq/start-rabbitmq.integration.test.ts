import amqp from 'amqplib';
import { expect, it } from 'vitest';
import { describeWithService, sharedRabbitmq } from '../vitest/index.ts';
import { startRabbitmq } from './start-rabbitmq.ts';

const user = { username: 'ann', password: 'secret', vhost: 'ann-only' };

await describeWithService('a private RabbitMQ', () => startRabbitmq({ private: true, users: [user] }), (rabbitmq) => {
  it('keeps a confirmed message over kill -9 and an orderly restart, on the same port', async () => {
    const before = await amqp.connect(rabbitmq.url);
    before.on('error', () => {});
    const channel = await before.createConfirmChannel();
    await channel.assertQueue('kept', { durable: true });
    channel.sendToQueue('kept', Buffer.from('here'), { persistent: true });
    await channel.waitForConfirms();
    // a broker writes what it knows of its queues a little later than the messages in them
    await rabbitmq.control('eval', 'mnesia:sync_log().');
    await rabbitmq.kill9();
    await expect(amqp.connect(rabbitmq.url)).rejects.toThrow();
    await rabbitmq.start();
    await rabbitmq.terminate();
    await rabbitmq.start();
    const after = await amqp.connect(rabbitmq.url);
    const message = await (await after.createChannel()).get('kept', { noAck: true });
    await after.close();
    expect(message && message.content.toString()).toBe('here');
  });

  it('answers nothing while it is frozen', async () => {
    const connection = await amqp.connect(rabbitmq.url);
    const channel = await connection.createChannel();
    await rabbitmq.freeze();
    let answered = false;
    const answer = channel.assertQueue('thawed', { exclusive: true }).then(() => (answered = true));
    await expect(amqp.connect(rabbitmq.url, { timeout: 300 })).rejects.toThrow(/timed? ?out/i);
    expect(answered).toBe(false);
    await rabbitmq.thaw();
    expect(await answer).toBe(true);
    await connection.close();
  });

  it('has the users that were asked for, in their vhost only', async () => {
    const address = (vhost: string): string => rabbitmq.url.replace('guest:guest', `${user.username}:${user.password}`) + `/${vhost}`;
    const connection = await amqp.connect(address(user.vhost));
    await connection.close();
    await expect(amqp.connect(address('%2f'))).rejects.toThrow(/ConnectionClose/);
    expect(await rabbitmq.control('list_users')).toContain(user.username);
  });
});

await describeWithService('the shared RabbitMQ', sharedRabbitmq, ({ url }) => {
  it('takes connections', async () => {
    const connection = await amqp.connect(url);
    expect(connection.connection.serverProperties.product).toBe('RabbitMQ');
    await connection.close();
  });
});
