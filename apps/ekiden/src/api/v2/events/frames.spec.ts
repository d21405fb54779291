import { millis } from '@ekiden/kernel';
import { expect } from 'chai';
import type { DomainEvent, NumberedEvent } from '../../../core/events/index.js';
import { NOW, definition } from '../../fake-service.spec.js';
import { eventFilter } from './event-types.js';
import { FrameCache, commentFrame, eventFrame, noticeFrame } from './frames.js';

function numbered(event: DomainEvent, number = 4711): NumberedEvent {
  return { number, at: NOW, event };
}

describe('event frames', () => {
  it('are lines ended by CRLF: id, type, one line of JSON', () => {
    const plan = {
      id: '0f6c',
      steps: [{ actions: [{ action: 'ScaleApplication' as const, app: '/shop/api' }] }],
      version: '2021-03-04T05:06:07.080Z',
    };
    const currentStep = { actions: [{ action: 'ScaleApplication' as const, app: '/shop/api' }] };
    const frame = eventFrame(numbered({ type: 'deployment_info', plan, currentStep }));
    expect(frame.toString()).to.equal(
      'id: 4711\r\n' +
        'event: deployment_info\r\n' +
        'data: {"plan":{"id":"0f6c","steps":[{"actions":[{"action":"ScaleApplication",' +
        '"app":"/shop/api"}]}],"version":"2021-03-04T05:06:07.080Z"},"currentStep":{"actions":' +
        '[{"action":"ScaleApplication","app":"/shop/api"}]},"eventType":"deployment_info",' +
        '"timestamp":"2021-03-04T05:06:10.080Z"}\r\n' +
        '\r\n',
    );
  });

  it('show an app as the API does', () => {
    const app = definition('/shop/web', { env: {} });
    const frame = eventFrame(
      numbered({
        type: 'api_post_event',
        clientIp: '127.0.0.1',
        uri: '/v2/apps',
        appDefinition: app,
      }),
    ).toString();
    const data = JSON.parse(/^data: (.*)\r$/m.exec(frame)?.[1] ?? '') as Record<string, unknown>;
    expect(Object.keys(data)).to.deep.equal([
      'clientIp',
      'uri',
      'appDefinition',
      'eventType',
      'timestamp',
    ]);
    expect(data['appDefinition']).to.include({
      id: '/shop/web',
      version: '2021-03-04T05:06:07.080Z',
    });
    expect(data['appDefinition']).to.not.have.any.keys('env', 'secrets', 'constraints');
  });

  it('stay whole whatever a text holds', () => {
    const message = 'line\r\nevent: forged\n\u2028ü';
    const frame = eventFrame(
      numbered({ type: 'group_change_failed', groupId: '/', version: 'v', reason: message }),
    ).toString();
    expect(frame.split('\r\n')).to.have.length(5);
    expect(JSON.parse(frame.split('\r\n')[2]?.slice(6) ?? '')).to.have.property('reason', message);
  });

  it('of notices and comments have no id', () => {
    const notice = { remoteAddress: '10.0.0.1', at: millis(NOW) };
    expect(noticeFrame('event_stream_attached', notice).toString()).to.equal(
      'event: event_stream_attached\r\n' +
        'data: {"remoteAddress":"10.0.0.1","eventType":"event_stream_attached",' +
        '"timestamp":"2021-03-04T05:06:10.080Z"}\r\n\r\n',
    );
    expect(commentFrame('hello').toString()).to.equal(': hello\r\n');
  });

  it('are made once and shared, within a bound', () => {
    const cache = new FrameCache(300);
    const first = numbered({ type: 'app_terminated_event', appId: '/a' }, 1);
    const frame = cache.frameOf(first);
    expect(cache.frameOf(first)).to.equal(frame);
    cache.frameOf(numbered({ type: 'app_terminated_event', appId: '/b' }, 2));
    cache.frameOf(numbered({ type: 'app_terminated_event', appId: '/c' }, 3));
    expect(cache.frameOf(first)).to.not.equal(frame);
    expect(cache.frameOf(first).equals(frame)).to.equal(true);
  });
});

describe('the filter of event types', () => {
  it("lets all of Marathon's types pass when nothing is named, and no other", () => {
    const passes = eventFilter([]);
    expect(['deployment_info', 'event_stream_attached'].every(passes)).to.equal(true);
    expect(passes('rollout_step_started')).to.equal(false);
    expect(eventFilter([''])('deployment_info')).to.equal(true);
  });

  it('lets exactly the named types pass', () => {
    const passes = eventFilter(['deployment_info', 'rollout_step_started']);
    expect(['deployment_info', 'rollout_step_started'].every(passes)).to.equal(true);
    expect(passes('deployment_success')).to.equal(false);
    expect(passes('DEPLOYMENT_INFO')).to.equal(false);
  });
});
