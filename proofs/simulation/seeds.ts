/** Makes the 27 nodes of a process once, and runs seed after seed over them. */
import { COUNTRY_NAMES, type CountryCode, isCountryCode } from '#core/countries.ts';
import { type AgencyId, newId, type OperationId } from '#core/ids.ts';
import { generateLogKey, logSignerFrom } from '#custody/log-key.ts';
import { randomFor } from '#exercise/log/random.ts';
import { keyringOf } from '#operations/cards.ts';
import { insertOperation, upsertAgency } from '#operations/store.ts';
import { openDatabase, withDatabase } from '#platform/database.ts';
import type { Db } from '#platform/tables.ts';
import { generateAgeIdentity } from '#seal/age-keys.ts';
import { type AgencyCard, CARD_FORMAT, plainPublicKey, writeCard } from '#seal/card.ts';
import { generateSigningKey, signerFrom } from '#seal/keys.ts';
import { makeDatabases, openDatabases } from './databases.ts';
import { takeOverGlobals } from './machine.ts';
import { runSeed, type SeedResult } from './run-seed.ts';
import type { SeedsRequest } from './seeds-child.ts';

/** The agencies of 2011: 26 countries took part; here 25 units, the lead and the coordinator. */
const UNITS = 'AT BE BG CY CZ DE EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI'.split(' ');
export const AGENCIES = ['dk', 'europol', ...UNITS.map((code) => code.toLowerCase())];
const FOUNDED = new Date(Date.UTC(2011, 8, 1));

export async function prepareSeeds(
  request: SeedsRequest,
): Promise<{ run(seed: string): Promise<SeedResult> }> {
  const { adminUrl, prefix } = request;
  const operationId = newId<OperationId>('operation', FOUNDED);
  const { signer, cards } = await makeCards();
  await makeDatabases(adminUrl, prefix, AGENCIES, (db) => fill(db, cards, operationId));
  for (const agency of AGENCIES) await makeOwn(withDatabase(adminUrl, `${prefix}${agency}`), agency);
  const databases = await openDatabases(adminUrl, prefix, AGENCIES);
  let random = randomFor('none', 'globals');
  takeOverGlobals(() => random());
  const logSigners = new Map(
    AGENCIES.map((agency) => [agency, logSignerFrom(generateLogKey(agency as AgencyId))]),
  );
  const setting = { databases, agencies: AGENCIES, operationId, signer, logSigners };
  return {
    run(seed) {
      random = randomFor(seed, 'globals');
      return runSeed(setting, seed);
    },
  };
}

async function makeCards() {
  const cards = new Map<string, string>();
  const key = generateSigningKey('simulation');
  const signer = signerFrom(key.privateKey);
  const { recipient } = await generateAgeIdentity();
  for (const agency of AGENCIES) {
    const at = FOUNDED.toISOString();
    const card: AgencyCard = {
      format: CARD_FORMAT,
      agencyId: agency as AgencyId,
      name: agency,
      country: countryOf(agency),
      address: `https://${agency}.example`,
      signingKeys: [
        { publicKey: plainPublicKey(signer.publicKey), validAfter: at, validBefore: null, revokedAt: null },
      ],
      ageRecipients: [recipient],
      issuedAt: at,
    };
    cards.set(agency, await writeCard(card, signer));
  }
  return { signer, cards };
}

function countryOf(agency: string): CountryCode | null {
  const code = agency.toUpperCase();
  return isCountryCode(code) && code in COUNTRY_NAMES ? code : null;
}

async function fill(db: Db, cards: ReadonlyMap<string, string>, operationId: OperationId): Promise<void> {
  for (const [agency, card] of cards) {
    const country = countryOf(agency);
    const agencyId = agency as AgencyId;
    await upsertAgency(db, { agencyId, name: agency, country, own: false, card, addedAt: FOUNDED });
  }
  // Checked once here, cards are remembered as checked: no seed waits for cryptography.
  await keyringOf(db);
  const participants = AGENCIES.flatMap((agency) => {
    const country = countryOf(agency);
    return country === null ? [] : [{ agencyId: agency as AgencyId, country }];
  });
  const operation = {
    operationId,
    codeName: 'SIMULATION',
    lead: 'dk' as AgencyId,
    coordinator: 'europol' as AgencyId,
    participants,
    startedAt: FOUNDED,
    endedAt: null,
    handling: { codes: ['H0' as const], text: '' },
    disseminationHours: 24,
    exercise: true,
  };
  await insertOperation(db, operation, FOUNDED);
}

async function makeOwn(url: string, agency: string): Promise<void> {
  const db = openDatabase({ url, role: 'owner', poolSize: 1 });
  try {
    await db.updateTable('agency').set({ own: true }).where('id', '=', agency).execute();
  } finally {
    await db.destroy();
  }
}
