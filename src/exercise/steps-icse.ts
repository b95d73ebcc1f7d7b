/**
 * A series for ICSE: what Sweden's device held and a national list knows. Sweden claims and refers it; then
 * Europol tries the same files on Sweden's behalf, and the register refuses them.
 */
import type { OpenNode } from '#assembly/open-node.ts';
import type { CountryCode } from '#core/countries.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { exhibitsOf } from '#evidence/exhibit-store.ts';
import { allFiles, matchesOf } from '#evidence/file-store.ts';
import { inventoriesOf } from '#evidence/inventory-store.ts';
import { listSeries } from '#referrals/icse-store.ts';
import { ITEMS_HEADER, itemLine } from '#referrals/item-file.ts';
import { requireSeries } from '#referrals/prepare-icse.ts';
import { listReceivedSeries } from '#referrals/received-store.ts';
import { type IcseItem, type IcseSeries, INTERPOL, type SeriesId } from '#referrals/types.ts';
import { type DeskClient, deskAt } from './desk-client.ts';
import { agencyIdOf } from './scenario.ts';
import { refusalOf, type Sender, untilArrived } from './wait.ts';
import { coordinatorOf, nodeOf, type World } from './world.ts';

/** Whose series it is. */
const OWNER: CountryCode = 'SE';
const NAME = 'Synthetic series 1';
const CASE = 'SE-2011-1';
const PATH = '{op}/referrals/icse';

interface Desk extends Sender {
  readonly preparing: DeskClient;
  readonly approving: DeskClient;
  readonly onBehalfOf?: AgencyId;
}

/** Sweden's own referral, to the confirmation. */
export async function referSeries(
  world: World,
  at: { readonly operationId: OperationId; readonly signal: AbortSignal },
): Promise<string> {
  const node = nodeOf(world, agencyIdOf(OWNER));
  const preparing = await deskAt(world, node, 'investigator');
  const desk: Desk = { ...at, node, preparing, approving: await deskAt(world, node, 'approver') };
  const series = await approvedAndClaimed(world, desk);
  const { ctx } = node;
  await untilArrived(desk, async () => {
    const { claim } = await requireSeries(ctx.db, series);
    return claim?.state === 'granted' || undefined;
  });
  if (!(await requireSeries(ctx.db, series)).sent) await preparing.post(`${PATH}/${series.seriesId}/sending`);
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
  const officer = await deskAt(world, interpol, 'investigator');
  const place = `{op}/referrals/icse-received/${seriesId}/confirmation`;
  await officer.post(place, { icseReference: 'ICSE-SYNTHETIC-1' });
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
    preparing: await deskAt(world, node, 'coordinator'),
    approving: await deskAt(world, node, 'approver'),
    onBehalfOf: agencyIdOf(OWNER),
  };
  const series = await approvedAndClaimed(world, desk);
  const sentence = await refusalOf('referral/claim-refused', () =>
    desk.preparing.post(`${PATH}/${series.seriesId}/sending`),
  );
  return `Europol tried the same for Sweden and was refused: ${sentence}`;
}

async function approvedAndClaimed(world: World, desk: Desk): Promise<IcseSeries> {
  const { node, operationId, preparing, approving } = desk;
  const { db } = node.ctx;
  const seriesId = await prepared(world, desk);
  const place = `${PATH}/${seriesId}`;
  const standing = await requireSeries(db, { operationId, seriesId });
  if (!standing.approved) await approving.post(`${place}/approval`, { digest: standing.contentDigest });
  if (!standing.claim) await preparing.post(`${place}/claim`);
  return requireSeries(db, { operationId, seriesId });
}

async function prepared(
  world: World,
  { node, operationId, preparing, onBehalfOf, signal }: Desk,
): Promise<SeriesId> {
  const known = (await listSeries(node.ctx.db, operationId)).find(({ name }) => name === NAME);
  if (known) return known.seriesId;
  const query = new URLSearchParams({ name: NAME, caseReference: CASE, ...(onBehalfOf && { onBehalfOf }) });
  const owner = nodeOf(world, agencyIdOf(OWNER));
  const file = { bytes: () => itemLines(ownersItems(owner, operationId)), contentType: 'text/csv', signal };
  const { seriesId } = await preparing.send<{ seriesId: SeriesId }>(`${PATH}?${query.toString()}`, file);
  return seriesId;
}

async function* itemLines(items: AsyncIterable<IcseItem>): AsyncGenerator<string, void> {
  yield `${ITEMS_HEADER}\n`;
  for await (const item of items) yield `${itemLine(item)}\n`;
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
