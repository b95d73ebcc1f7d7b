/**
 * A request to Eurojust about the new group in three countries. It rests on a target of the lead's packages,
 * which came under H1 and H2: it waits until Denmark permits both, goes out, and is answered.
 */
import type { Actor } from '#access/policy.ts';
import { DAY_MS } from '#core/clock.ts';
import type { CountryCode } from '#core/countries.ts';
import type { OperationId } from '#core/ids.ts';
import { answerEurojust } from '#referrals/answer-eurojust.ts';
import { givePermission } from '#referrals/answer-permission.ts';
import { askPermission } from '#referrals/ask-permission.ts';
import { approveEurojust, draftEurojust, requireRequest, sendEurojust } from '#referrals/eurojust.ts';
import { listRequests } from '#referrals/eurojust-store.ts';
import type { EurojustRequest } from '#referrals/eurojust-types.ts';
import { listPermissions } from '#referrals/permission-store.ts';
import { listReceivedRequests } from '#referrals/received-store.ts';
import { missingPermissions, referralRequirements } from '#referrals/requirements.ts';
import { EUROJUST } from '#referrals/types.ts';
import { atDesk } from './nodes.ts';
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
const PURPOSE = 'Eurojust coordinates the proceedings of three countries against one group.';

interface Asking extends Sender {
  readonly investigator: Actor;
}

/** Plays the request to its answer; returns what became of it. */
export async function askEurojust(
  world: World,
  at: { readonly operationId: OperationId; readonly signal: AbortSignal },
): Promise<string> {
  const node = nodeOf(world, agencyIdOf(ASKING));
  const asking: Asking = { ...at, node, investigator: await atDesk(node, 'investigator') };
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
    (await draftEurojust(ctx, investigator, {
      operationId,
      countries: COUNTRIES,
      need: NEED,
      legalBasis: LEGAL_BASIS,
      deadlineAt: DEADLINE,
      sources: [await targetOfGroup(world)],
    }));
  if (request.approved) return request;
  return approveEurojust(ctx, await atDesk(node, 'approver'), { ...request, digest: request.contentDigest });
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
  const missing = async () =>
    missingPermissions(ctx.db, {
      referralId: request.requestId,
      requirements: await referralRequirements(ctx.db, referral, ctx.node.agencyId),
    });
  if ((await missing()).length > 0)
    await refusalOf('referral/permission-missing', () => sendEurojust(ctx, investigator, request));
  const asked = new Set((await listPermissions(ctx.db, operationId)).map(({ code }) => code));
  for (const { provider, code } of await missing()) {
    if (asked.has(code)) continue;
    const dueAt = new Date(ctx.clock.now().getTime() + DAY_MS);
    await askPermission(ctx, investigator, { ...referral, provider, code, purpose: PURPOSE, dueAt });
  }
  await untilArrived(asking, async () => {
    await permitAsked(world, operationId);
    return (await missing()).length === 0 || undefined;
  });
  await sendEurojust(ctx, investigator, request);
}

/** Denmark's approving officer permits what was asked of him. */
async function permitAsked(world: World, operationId: OperationId): Promise<void> {
  const { ctx } = leadOf(world);
  const approver = await atDesk(leadOf(world), 'approver');
  for (const { permissionId, direction, answers } of await listPermissions(ctx.db, operationId)) {
    if (direction !== 'received' || answers.length > 0) continue;
    const reason = 'The proceedings need it; nothing else of the package is disclosed. Synthetic.';
    await givePermission(ctx, approver, { operationId, permissionId, granted: true, reason });
  }
}

async function answer(world: World, asking: Asking, { requestId }: EurojustRequest): Promise<void> {
  const eurojust = nodeOf(world, EUROJUST);
  const { operationId } = asking;
  const came = await untilArrived(asking, async () =>
    (await listReceivedRequests(eurojust.ctx.db, operationId)).find((one) => one.requestId === requestId),
  );
  if (came.answered) return;
  await answerEurojust(eurojust.ctx, await atDesk(eurojust, 'liaison'), {
    operationId,
    requestId,
    answer: 'A coordination meeting of the three prosecution services is called. Synthetic.',
    reference: 'EJ-SYNTHETIC-1',
  });
}
