/**
 * Names in examples that only a running service can give. The pages show those of what really is
 * there in their place (live-examples.ts), so that an example can be tried out as it stands.
 */
export const PLACEHOLDERS = {
  agent: 'agent-1',
  task: 'hello.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1',
  podInstance: 'sidecar.instance-6d1f3a42-7c1e-11eb-9439-0242ac130002',
  deployment: '5d7f2c66-93a1-4b39-9c26-6b1c9f3f0a11',
  appVersion: '2021-03-04T05:06:07.080Z',
  groupVersion: '2021-03-04T05:06:08.080Z',
  podVersion: '2021-03-04T05:06:09.080Z',
} as const;

export type Placeholder = keyof typeof PLACEHOLDERS;
