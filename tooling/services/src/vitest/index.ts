export { describeWithService, sharedKafka, sharedRabbitmq, sharedSqld } from './describe-with-service.ts';
