import { type Service, type SupervisedService, supervise } from './supervise.ts';

/** Programs depend on servers, so they are stopped first. */
export type ServiceKind = 'server' | 'program';

/** Services that live and die together. */
export interface ServiceGroup {
  /** Starts a service under supervision; resolves when it is ready. Rejects once the group was stopped. */
  add(kind: ServiceKind, service: Service): Promise<void>;
  /** Resolves with the error of the first service that was given up. */
  readonly failure: Promise<Error>;
  /** Stops the programs together, then the servers together. */
  stop(): Promise<void>;
  /** Ends everything at once. */
  kill(): void;
}

export function createServiceGroup(report: (text: string) => void): ServiceGroup {
  const members: { kind: ServiceKind; service: SupervisedService }[] = [];
  let givenUp: (error: Error) => void = () => {};
  let stopped = false;
  const failure = new Promise<Error>((resolve) => {
    givenUp = resolve;
  });

  const stopAll = async (kind: ServiceKind) => {
    const chosen = members.filter((member) => member.kind === kind);
    await Promise.all(chosen.map(({ service }) => service.stop()));
  };

  return {
    failure,
    async add(kind, service) {
      if (stopped) throw new Error(`${service.name} is not started: everything is stopping`);
      const supervised = supervise(service, { report, givenUp });
      members.push({ kind, service: supervised });
      await supervised.ready;
    },
    async stop() {
      stopped = true;
      await stopAll('program');
      await stopAll('server');
    },
    kill() {
      stopped = true;
      for (const { service } of members) service.kill();
    },
  };
}
