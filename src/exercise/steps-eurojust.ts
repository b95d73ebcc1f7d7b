/**
 * A request to Eurojust about the new group in three countries. It rests on a target of the lead's packages,
 * which came under H1 and H2: it waits until Denmark permits both, goes out, and is answered.
 */
import { DAY_MS } from '#core/clock.ts';
import type { CountryCode } from '#core/countries.ts';
import type { OperationId } from '#core/ids.ts';
import { requireRequest } from '#referrals/eurojust.ts';
import { listRequests } from '#referrals/eurojust-store.ts';
import type { EurojustRequest } from '#referrals/eurojust-types.ts';
import { listPermissions } from '#referrals/permission-store.ts';
import { listReceivedRequests } from '#referrals/received-store.ts';
import { missingPermissions, referralRequirements } from '#referrals/requirements.ts';
import { EUROJUST, type EurojustId } from '#referrals/types.ts';
import { type DeskClient, deskAt } from './desk-client.ts';
import { agencyIdOf, LEAD_AGENCY, MOMENTS } from './scenario.ts';
import { suspectsIn } from './scenario-suspects.ts';
import { storyActs } from './steps-feedback.ts';
import { refusalOf, type Sender, untilArrived } from './wait.ts';
import { leadOf, nodeOf, operationOf, type World } from './world.ts';

/** Of the new group; the first asks. */
const COUNTRIES: readonly CountryCode[] = ['DE', 'ES', 'PL'];
const ASKING: CountryCode = 'DE';
const NEED =
  'Coordination of three national proceedings against one group: who prosecutes what, and one date for further searches. Synthetic.';
const LEGAL_BASIS = 'Council Decision 2002/187/JHA';
const DEADLINE = new Date(MOMENTS.final.getTime() + 30 * DAY_MS);
const PATH = '{op}/referrals/eurojust';
const PURPOSE = 'Eurojust coordinates the proceedings of three countries against one group.';

interface Asking extends Sender {
  readonly investigator: DeskClient;
}

/** Plays the request to its answer; returns what became of it. */
export async function askEurojust(
  world: World,
  at: { readonly operationId: OperationId; readonly signal: AbortSignal },
): Promise<string> {
  const node = nodeOf(world, agencyIdOf(ASKING));
  const asking: Asking = { ...at, node, investigator: await deskAt(world, node, 'investigator') };
  const request = await approvedRequest(world, asking);
  if (!request.sent) await sendOncePermitted(world, asking, request);
  await answer(world, asking, request);
  await untilArrived(asking, async () => {
    const { answered } = await requireRequest(node.ctx.db, request);
    return answered ?? undefined;
  });
  return "Germany's request to Eurojust was blocked until Denmark permitted it (H1), then released and answered.";
}

async function approvedRequest(
  world: World,
  { node, operationId, investigator }: Asking,
): Promise<EurojustRequest> {
  const { ctx } = node;
  const [known] = await listRequests(ctx.db, operationId);
  const request =
    known ??
    (await investigator.post<{ requestId: EurojustId; contentDigest: string; approved?: unknown }>(PATH, {
      countries: COUNTRIES,
      need: NEED,
      legalBasis: LEGAL_BASIS,
      deadlineAt: DEADLINE,
      sources: [await targetOfGroup(world)],
    }));
  const { requestId, contentDigest: digest } = request;
  if (!request.approved) {
    const approver = await deskAt(world, node, 'approver');
    await approver.post(`${PATH}/${requestId}/approval`, { digest });
  }
  return requireRequest(ctx.db, { operationId, requestId });
}

/** The target of the asking country's first suspect, as the lead's package brought it. */
async function targetOfGroup(world: World) {
  const [suspect] = suspectsIn(await storyActs(world)).get(ASKING) ?? [];
  if (!suspect) throw new Error(`${ASKING} has no suspect`);
  const { handling } = await operationOf(world);
  return {
    kind: 'target' as const,
    id: suspect.targetId,
    provider: LEAD_AGENCY,
    handling: { codes: [...handling.codes], text: handling.text },
  };
}

async function sendOncePermitted(world: World, asking: Asking, request: EurojustRequest): Promise<void> {
  const { node, operationId, investigator } = asking;
  const { ctx } = node;
  const referral = { operationId, kind: 'eurojust', referralId: request.requestId } as const;
  const { kind, referralId } = referral;
  const sending = `${PATH}/${request.requestId}/sending`;
  const missing = async () =>
    missingPermissions(ctx.db, {
      referralId: request.requestId,
      requirements: await referralRequirements(ctx.db, referral, ctx.node.agencyId),
      at: ctx.clock.now(),
    });
  if ((await missing()).length > 0)
    await refusalOf('referral/permission-missing', () => investigator.post(sending));
  const asked = new Set((await listPermissions(ctx.db, operationId)).map(({ code }) => code));
  for (const { provider, code } of await missing()) {
    if (asked.has(code)) continue;
    const dueAt = new Date(ctx.clock.now().getTime() + DAY_MS);
    const question = { kind, referralId, provider, code, purpose: PURPOSE, dueAt };
    await investigator.post('{op}/referrals/permissions', question);
  }
  await untilArrived(asking, async () => {
    await permitAsked(world, operationId);
    return (await missing()).length === 0 || undefined;
  });
  await investigator.post(sending);
}

/** Denmark's approving officer permits what was asked of him. */
async function permitAsked(world: World, operationId: OperationId): Promise<void> {
  const { ctx } = leadOf(world);
  const approver = await deskAt(world, leadOf(world), 'approver');
  for (const { permissionId, direction, answers } of await listPermissions(ctx.db, operationId)) {
    if (direction !== 'received' || answers.length > 0) continue;
    const reason = 'The proceedings need it; nothing else of the package is disclosed. Synthetic.';
    await approver.post(`{op}/referrals/permissions/${permissionId}/answer`, { granted: true, reason });
  }
}

async function answer(world: World, asking: Asking, { requestId }: EurojustRequest): Promise<void> {
  const eurojust = nodeOf(world, EUROJUST);
  const { operationId } = asking;
  const came = await untilArrived(asking, async () =>
    (await listReceivedRequests(eurojust.ctx.db, operationId)).find((one) => one.requestId === requestId),
  );
  if (came.answered) return;
  const officer = await deskAt(world, eurojust, 'investigator');
  await officer.post(`{op}/referrals/eurojust-received/${requestId}/answer`, {
    answer: 'A coordination meeting of the three prosecution services is called. Synthetic.',
    reference: 'EJ-SYNTHETIC-1',
  });
}
