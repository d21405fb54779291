import { expect } from 'chai';
import { alerts } from './haproxy-program.js';
import {
  hasEnded,
  isWhole,
  parseProcesses,
  parseSessions,
  parseStatistics,
  parseStructure,
} from './statistics.js';

const PROCESSES = `#<PID>          <type>          <reloads>       <uptime>        <version>
1162            master          5 [failed: 2]   0d00h02m07s     2.6.12
# workers
1271            worker          1               0d00h00m00s     2.6.12
# old workers
1233            worker          3               0d00h00m43s     2.6.12
1234            worker          2               0d00h00m43s     2.6.12
# programs

`;

describe('what HAProxy says of itself', () => {
  it('are its processes', () => {
    expect(parseProcesses(PROCESSES)).to.deep.equal({
      master: 1162,
      failedReloads: 2,
      current: 1271,
      old: [1233, 1234],
    });
    expect(parseProcesses('Unknown command')).to.equal(undefined);
  });

  it('is taken whole only: half an answer is not half of the routes', () => {
    const text = 'Name: HAProxy\n\n# pxname,svname,\nin:x,FRONTEND,\nx,BACKEND,\n\n';
    expect(isWhole(text)).to.equal(true);
    for (const at of [0, 14, 20, text.length - 14, text.length - 1]) {
      expect(isWhole(text.slice(0, at))).to.equal(false);
    }
    expect(hasEnded("Can't find the target PID matching the prefix '@!99'\n")).to.equal(true);
    expect(hasEnded('')).to.equal(false);
  });

  it('are frontends and servers, whatever the order of the columns', () => {
    const text = [
      'Name: HAProxy',
      '# pxname,svname,scur,stot,status,lastchg,econ,eresp,wredis,hrsp_5xx,rtime,uweight,addr,mode,type,',
      'in:x,FRONTEND,1,2,OPEN,,,,,,,,,http,0,',
      'x,BACKEND,1,2,UP,,,,,,,,,http,1,',
      'x,a,3,9,MAINT,7,1,2,3,4,12,5,10.0.0.1:80,http,2,',
      '',
    ].join('\n');
    const { frontends, servers } = parseStatistics(text);
    expect([...frontends]).to.deep.equal(['in:x']);
    expect(servers).to.deep.equal([
      {
        backend: 'x',
        server: 'a',
        mode: 'http',
        at: '10.0.0.1:80',
        weight: 5,
        maintenance: true,
        changedFor: 7,
        open: 3,
        total: 9,
        failed: 10,
        responseMs: 12,
      },
    ]);
    expect(parseStatistics("Can't find the target PID")).to.deep.equal({
      frontends: new Set(),
      servers: [],
    });
  });

  it('is the structure it runs', () => {
    expect(parseStructure('Name: HAProxy\ndescription: ekiden:0a1b\nnode: x')).to.equal('0a1b');
    expect(parseStructure('description: somebody elses')).to.equal(undefined);
  });

  it('are sessions to a server', () => {
    const text =
      '0x5581: proto=tcpv4 src=127.0.0.1:1 fe=in:x be=x srv=a ts=00 age=1s\n' +
      '0x5582: proto=tcpv4 src=127.0.0.1:2 fe=in:x be=x srv=ab ts=00 age=1s\n';
    expect(parseSessions(text, { backend: 'x', server: 'a' })).to.deep.equal(['0x5581']);
  });

  it('is what is wrong, without what stands before it', () => {
    const text = '[NOTICE]   (1) : hello\n[ALERT]    (1) : cannot bind socket\n';
    expect(alerts(text)).to.equal('cannot bind socket');
  });
});
