/**
 * A series for ICSE: what Sweden's device held and a national list knows. Sweden claims and refers it; then
 * Europol tries the same files on Sweden's behalf, and the register refuses them.
 */
import type { Actor } from '#access/policy.ts';
import type { OpenNode } from '#assembly/open-node.ts';
import type { CountryCode } from '#core/countries.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { exhibitsOf } from '#evidence/exhibit-store.ts';
import { allFiles, matchesOf } from '#evidence/file-store.ts';
import { inventoriesOf } from '#evidence/inventory-store.ts';
import { approveIcse } from '#referrals/approve-icse.ts';
import { claimIcse } from '#referrals/claim-icse.ts';
import { listSeries } from '#referrals/icse-store.ts';
import { prepareIcse, requireSeries } from '#referrals/prepare-icse.ts';
import { confirmReceived } from '#referrals/receive-icse.ts';
import { listReceivedSeries } from '#referrals/received-store.ts';
import { sendIcse } from '#referrals/send-icse.ts';
import { type IcseItem, type IcseSeries, INTERPOL } from '#referrals/types.ts';
import { atDesk } from './nodes.ts';
import { agencyIdOf } from './scenario.ts';
import { refusalOf, type Sender, untilArrived } from './wait.ts';
import { coordinatorOf, nodeOf, type World } from './world.ts';

/** Whose series it is. */
const OWNER: CountryCode = 'SE';
const NAME = 'Synthetic series 1';
const CASE = 'SE-2011-1';

interface Desk extends Sender {
  readonly preparing: Actor;
  readonly approving: Actor;
  readonly onBehalfOf?: AgencyId;
}

/** Sweden's own referral, to the confirmation. */
export async function referSeries(
  world: World,
  at: { readonly operationId: OperationId; readonly signal: AbortSignal },
): Promise<string> {
  const node = nodeOf(world, agencyIdOf(OWNER));
  const preparing = await atDesk(node, 'investigator');
  const desk: Desk = { ...at, node, preparing, approving: await atDesk(node, 'approver') };
  const series = await approvedAndClaimed(world, desk);
  const { ctx } = node;
  await untilArrived(desk, async () => {
    const { claim } = await requireSeries(ctx.db, series);
    return claim?.state === 'granted' || undefined;
  });
  if (!(await requireSeries(ctx.db, series)).sent) await sendIcse(ctx, preparing, { ...series, ...at });
  await confirm(world, desk, series);
  const { confirmed } = await untilArrived(desk, async () => {
    const standing = await requireSeries(ctx.db, series);
    return standing.confirmed ? standing : undefined;
  });
  return `Sweden referred ${series.itemCount} files, which Interpol confirmed as ${confirmed?.icseReference}.`;
}

/** Interpol's officer confirms what came. */
async function confirm(world: World, desk: Desk, { seriesId }: IcseSeries): Promise<void> {
  const interpol = nodeOf(world, INTERPOL);
  const { operationId } = desk;
  const came = await untilArrived(desk, async () =>
    (await listReceivedSeries(interpol.ctx.db, operationId)).find((one) => one.seriesId === seriesId),
  );
  if (came.confirmed) return;
  await confirmReceived(interpol.ctx, await atDesk(interpol, 'liaison'), {
    operationId,
    seriesId,
    icseReference: 'ICSE-SYNTHETIC-1',
  });
}

/** Europol tries the same series on Sweden's behalf; returns how it was refused. */
export async function referSeriesAgain(
  world: World,
  at: { readonly operationId: OperationId; readonly signal: AbortSignal },
): Promise<string> {
  const node = coordinatorOf(world);
  const desk: Desk = {
    ...at,
    node,
    preparing: await atDesk(node, 'coordinator'),
    approving: await atDesk(node, 'approver'),
    onBehalfOf: agencyIdOf(OWNER),
  };
  const series = await approvedAndClaimed(world, desk);
  const sentence = await refusalOf('referral/claim-refused', () =>
    sendIcse(node.ctx, desk.preparing, { ...series, ...at }),
  );
  return `Europol tried the same for Sweden and was refused: ${sentence}`;
}

async function approvedAndClaimed(world: World, desk: Desk): Promise<IcseSeries> {
  const { node, operationId, preparing, approving, onBehalfOf } = desk;
  const { ctx } = node;
  const known = (await listSeries(ctx.db, operationId)).find(({ name }) => name === NAME);
  const series =
    known ??
    (await prepareIcse(ctx, preparing, {
      operationId,
      name: NAME,
      caseReference: CASE,
      ...(onBehalfOf !== undefined && { onBehalfOf }),
      items: ownersItems(nodeOf(world, agencyIdOf(OWNER)), operationId),
    }));
  if (!series.approved) await approveIcse(ctx, approving, { ...series, digest: series.contentDigest });
  return series.claim ? series : claimIcse(ctx, preparing, series);
}

/** Every file of the owner's device for which a list gives a code; the device and its list are the owner's. */
async function* ownersItems({ ctx }: OpenNode, operationId: OperationId): AsyncGenerator<IcseItem, void> {
  for (const { exhibitId } of await exhibitsOf(ctx.db, operationId)) {
    const [inventory] = await inventoriesOf(ctx.db, exhibitId);
    if (!inventory) continue;
    for await (const files of allFiles(ctx.db, inventory.number, { verdict: 'known' })) {
      const matches = await matchesOf(
        ctx.db,
        inventory.number,
        files.map(({ ordinal }) => ordinal),
      );
      for (const { ordinal, md5, sha1, sha256, mediaType } of files) {
        const category = matches.get(ordinal)?.find((match) => match.category !== '')?.category;
        if (category === undefined || !md5 || !sha1 || !mediaType) continue;
        yield { md5, sha1, sha256, mediaType, category, ...UNKNOWN_PERSONS };
      }
    }
  }
}

/** Drawn pictures show nobody. */
const UNKNOWN_PERSONS = { victimIdentified: false, offenderIdentified: false, distributed: true } as const;
