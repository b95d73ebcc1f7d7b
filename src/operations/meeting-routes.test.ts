import { expect, test } from 'vitest';
import { newId, type OperationId } from '#core/ids.ts';
import { testNodes, testOfficer } from '#test/nodes.ts';
import { meetingRoutes } from './meeting-routes.ts';
import { programmeRoutes } from './programme-routes.ts';

test('a programme and its operation’s meeting run over HTTP, and the minutes come as a Word file', async () => {
  await using net = await testNodes(['dk', 'europol'], {
    routes(app, ctx) {
      programmeRoutes(app, ctx);
      meetingRoutes(app, ctx);
    },
  });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const dk = net.node('dk');
  dk.signedIn = testOfficer('lead-analyst', operationId);
  const call = async (path: string, payload?: object) => {
    const url = `/nodes/dk/api${path}`;
    const response = await dk.app.inject(payload ? { method: 'POST', url, payload } : { method: 'GET', url });
    return { status: response.statusCode, body: response.json() };
  };
  const { body: programme } = await call('/programmes', {
    name: 'CIRCAMP',
    purpose: '',
    funding: 'European Commission',
    members: [{ name: 'Belgium', country: 'BE', agencyId: null, leads: true }],
  });
  const path = `/programmes/${programme.programmeId}`;
  const planned = await call(`${path}/plan`, { title: 'Peer-to-peer', from: '2011-01', to: '2011-12' });
  const entryId = planned.body.plan[0].entryId;
  const linked = await call(`${path}/operations`, { operationId, entryId });
  expect(linked.body.operations).toMatchObject([{ operationId, codeName: expect.stringContaining('TEST') }]);
  expect((await call(`${path}/plan/${entryId}/state`, { state: 'running' })).body.plan[0].state).toBe(
    'running',
  );

  const meetings = `/operations/${operationId}/meetings`;
  const startsAt = net.clock.now();
  const { body: meeting } = await call(meetings, {
    title: 'Operational meeting',
    place: 'The Hague',
    startsAt: startsAt.toISOString(),
    endsAt: new Date(startsAt.getTime() + 3_600_000).toISOString(),
    invited: ['dk', 'europol'],
    agenda: ['Release'],
  });
  const one = `${meetings}/${meeting.meetingId}`;
  await call(`${one}/attendance`, { present: [{ agencyId: 'dk', attendants: ['Officer DK-1'] }] });
  expect((await call(`${one}/release`, {})).body.decisions).toMatchObject([{ kind: 'release-packages' }]);
  const { body: page } = await call(meetings);
  expect(page.release).toMatchObject({ meetingId: meeting.meetingId, number: 1 });
  const { digest } = page.meetings[0];
  expect((await call(`${one}/minutes/approval`, { digest })).body.state).toBe('minutes-approved');
  const minutes = await dk.app.inject({ method: 'GET', url: `/nodes/dk/api${one}/minutes.docx` });
  expect(minutes.headers['content-type']).toContain('wordprocessingml');
  expect(minutes.rawPayload.subarray(0, 2).toString()).toBe('PK');
  dk.signedIn = testOfficer('lead-analyst', newId<OperationId>('operation', startsAt));
  expect((await call(meetings)).status).toBe(403);
});
